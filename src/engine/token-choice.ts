import type { Guide } from '../model/grammar/guide';
import { type Logprob, logprobsOf } from '../model/logprobs';
import { countTokens, sample, uniformNumber } from '../model/sample';
import type { StepResult } from '../model/step-io';
import type { GenerateRequest, SamplingParams } from '../protocol/engine';

export interface Chosen {
  token: number;
  logprob: (Logprob & { top: Logprob[] }) | null;
}

/** Who chooses an answer's tokens: the GPU, or the CPU for what the kernel cannot. Lives as long as the answer, also through a device loss. */
export class TokenChoice {
  /** The CPU chooses; the next step must be given its token. */
  readonly onCpu: boolean;
  readonly #sampling: SamplingParams;
  readonly #bias: [number, number][];
  readonly #logprobs: number | undefined;
  readonly #guide: Guide | null;
  readonly #counts: Uint32Array;
  /** Position of the next token. */
  #index: number;

  constructor(
    request: Pick<GenerateRequest, 'logitBias' | 'logprobs'>,
    sampling: SamplingParams,
    guide: Guide | null,
    promptIds: readonly number[],
    vocabSize: number,
  ) {
    this.#sampling = sampling;
    this.#bias = request.logitBias ?? [];
    this.#logprobs = request.logprobs;
    this.#guide = guide;
    this.#counts = countTokens(vocabSize, promptIds, []);
    this.#index = promptIds.length;
    this.onCpu = guide !== null || this.#bias.length > 0 || sampling.typicalP < 1;
  }

  get wantsLogits(): boolean {
    return this.onCpu || this.#logprobs !== undefined;
  }

  /** Whether the answer is whole: its constraint allows nothing more. */
  get complete(): boolean {
    return this.#guide?.complete ?? false;
  }

  /** `room`: tokens that the answer may still have, this one included. */
  async next({ token: sampled, logits }: StepResult, room: number): Promise<Chosen> {
    if (logits === null) return { token: sampled, logprob: null };
    const token = this.onCpu ? await this.#choose(logits, room) : sampled;
    this.#counts[token] = (this.#counts[token] ?? 0) + 1;
    this.#index++;
    return { token, logprob: this.#logprobs === undefined ? null : logprobsOf(logits, token, this.#logprobs) };
  }

  #choose(logits: Float32Array, room: number): number | Promise<number> {
    const u = uniformNumber(this.#sampling.seed, this.#index);
    const draw = (allowed?: Int32Array) =>
      sample(logits, this.#counts, this.#sampling, u, { bias: this.#bias, allowed });
    return this.#guide ? this.#guide.next(draw, room) : draw();
  }
}
