import type { Gpu } from '../gpu/device';
import type { Pager } from '../paging/pager';
import { type DecodeOptions, decode } from './decode';
import type { Parts } from './dispatches';
import type { KeptExperts } from './expert-mask';
import { Prefill, type PrefillOptions } from './prefill';
import { countTokens } from './sample';
import { StepIo, type StepResult } from './step-io';
import type { Transformer } from './transformer';

/** Runs the forward pass with paging: submits, reads back, answers faults. Knows nothing of text. */
export class Runner {
  readonly #io: StepIo;
  readonly #transformer: Transformer;
  /** Another one after each change of budget. */
  pager: Pager;

  constructor(gpu: Gpu, parts: Parts, transformer: Transformer, pager: Pager) {
    this.#io = new StepIo(gpu, parts);
    this.#transformer = transformer;
    this.pager = pager;
  }

  /** Sets what the penalties count, and among which experts the routers pick. */
  startRequest(promptIds: number[], generated: number[] = [], kept: KeptExperts = null): void {
    this.#io.keepExperts(kept);
    this.#io.write('counts', countTokens(this.#io.parts.config.vocabSize, promptIds, generated));
  }

  /** Runs `ids` at positions `start`.. in chunks, layer by layer, and samples the token that follows. */
  prefill(ids: number[], start: number, options: PrefillOptions): Promise<StepResult> {
    return new Prefill(this.#io, this.#transformer, this.pager, options).run(ids, start);
  }

  /** Runs the token in the state at `position`, or the one that the options give, and samples its successor. */
  decode(position: number, options: DecodeOptions): Promise<StepResult> {
    return decode(this.#io, this.#transformer, this.pager, position, options);
  }

  /** The logits that the last step sampled from, float32 `[vocab]`. */
  readLogits(): Promise<Float32Array<ArrayBuffer>> {
    return this.#io.submitAndReadLogits(this.#io.commands('logits'), 1, (logits) => logits.slice());
  }
}
