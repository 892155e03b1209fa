import type { GenerateStats, ModelInfo } from '../../protocol/engine';
import type { Session } from '../session';
import type { AppState } from '../state/app-state';
import { isStreaming } from '../state/chat';
import { type Measured, measureDecode, measuredKey, withMeasured } from './measured';

/** Figures of the answer being written, or of the last one. */
export interface LiveFigures {
  modelId: string;
  stats: GenerateStats;
  /** Of its decode alone; null before it has a few tokens. */
  decode: Measured | null;
}

/** Figures that change faster cannot be read. */
const SHOWN_MS = 250;

/** Follows the answers of a session: shows their figures at a pace that can be read, and keeps what each whole one has measured. */
export class AnswerMeter {
  #shown: LiveFigures | null = null;
  #first: GenerateStats | null = null;
  #last: GenerateStats | null;
  #slots = 0;
  #shownAt = 0;
  readonly #session: Session;
  readonly #listeners = new Set<() => void>();

  constructor(session: Session) {
    this.#session = session;
    this.#last = session.store.getState().stats;
  }

  get figures(): LiveFigures | null {
    return this.#shown;
  }

  /** Follows the session as long as somebody listens. */
  readonly subscribe = (listener: () => void): (() => void) => {
    if (this.#listeners.size === 0) this.#stop = this.#session.store.subscribe(() => this.#look());
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#stop();
    };
  };

  #stop: () => void = () => {};

  #look(): void {
    const state = this.#session.store.getState();
    const { stats, model } = state;
    if (stats && stats !== this.#last && model.info) {
      this.#first ??= this.#begin(state, stats);
      this.#last = stats;
      if (performance.now() - this.#shownAt >= SHOWN_MS) this.#show(model.info);
    }
    if (this.#first && !isStreaming(state.chat)) this.#end(model.info);
  }

  #begin({ model }: AppState, stats: GenerateStats): GenerateStats {
    this.#slots = model.budget?.slots ?? 0;
    return stats;
  }

  #end(info: ModelInfo | null): void {
    const measured = info && this.#measure(info);
    if (info) this.#show(info);
    this.#first = null;
    const { model, settings } = this.#session.store.getState();
    // Half an answer with other slots is no measure of either.
    if (!measured || model.budget?.slots !== measured.slots) return;
    this.#session.changeSettings({ measured: withMeasured(settings.measured, measuredKey(info), measured) });
  }

  #measure(info: ModelInfo): Measured | null {
    return this.#first && this.#last && measureDecode(this.#first, this.#last, info, this.#slots);
  }

  #show(info: ModelInfo): void {
    if (!this.#last) return;
    this.#shownAt = performance.now();
    this.#shown = { modelId: info.id, stats: this.#last, decode: this.#measure(info) };
    for (const listener of this.#listeners) listener();
  }
}
