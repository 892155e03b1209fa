import { logprobOf } from '../model/logprobs';
import type { GenerateRequest, GenerateResult } from '../protocol/engine';

/** What a request wants to know of its prompt's logits, taken from their rows as they come. */
export class PromptLogits {
  readonly #ids: readonly number[];
  readonly #vocabSize: number;
  readonly #logits: Float32Array<ArrayBuffer> | undefined;
  readonly #logprobs: Float32Array<ArrayBuffer> | undefined;

  constructor(
    { promptLogits, promptLogprobs }: Pick<GenerateRequest, 'promptLogits' | 'promptLogprobs'>,
    promptIds: readonly number[],
    vocabSize: number,
  ) {
    this.#ids = promptIds;
    this.#vocabSize = vocabSize;
    this.#logits = promptLogits ? new Float32Array(promptIds.length * vocabSize) : undefined;
    this.#logprobs = promptLogprobs ? new Float32Array(promptIds.length) : undefined;
  }

  /** Whether every position of the prompt has to be computed. */
  get wanted(): boolean {
    return this.#logits !== undefined || this.#logprobs !== undefined;
  }

  /**
   * `rows`: `[rows, vocab]`, of positions `position`.. After a device loss they come again, and those of the answer's tokens behind them, which
   * are nobody's here.
   */
  readonly take = (rows: Float32Array, position: number): void => {
    const vocabSize = this.#vocabSize;
    for (let row = 0; row * vocabSize < rows.length; row++) {
      const at = position + row;
      if (at >= this.#ids.length) return;
      const logits = rows.subarray(row * vocabSize, (row + 1) * vocabSize);
      this.#logits?.set(logits, at * vocabSize);
      const next = this.#ids[at + 1];
      if (this.#logprobs && next !== undefined) this.#logprobs[at + 1] = logprobOf(logits, next);
    }
  };

  /** Of a result. */
  get outcome(): Pick<GenerateResult, 'promptLogits' | 'promptLogprobs'> {
    return { promptLogits: this.#logits, promptLogprobs: this.#logprobs };
  }
}
