import { Detokenizer } from '../model/detokenizer';
import type { Route } from '../model/routing';
import { StopMatcher } from '../model/stop-strings';
import type { TextTokenizer } from '../model/tokenizer';
import type { ChosenLogprob, GenerateDelta, GenerateResult, GenerateStats } from '../protocol/engine';

/** Least time between two batches to the page: one frame. */
const BATCH_MS = 16;

/** The answer as it grows: tokens to text, stop strings across token borders, batches for the page. */
export class Answer {
  readonly ids: number[] = [];
  text = '';
  /** Of its tokens but end tokens, where they are told. */
  readonly logprobs: ChosenLogprob[] = [];
  finishReason: GenerateResult['finishReason'] | null = null;
  readonly #detokenizer: Detokenizer;
  readonly #stops: StopMatcher;
  readonly #eosIds: number[];
  readonly #send: (delta: GenerateDelta) => void;
  readonly #stats: () => GenerateStats;
  #batch = emptyBatch();
  #sentAt = Number.NEGATIVE_INFINITY;

  constructor(
    tokenizer: TextTokenizer,
    options: { stop: string[]; eosIds: number[]; after: number[] },
    stats: () => GenerateStats,
    send: (delta: GenerateDelta) => void,
  ) {
    this.#detokenizer = new Detokenizer(tokenizer, options.after);
    this.#stops = new StopMatcher(options.stop);
    this.#eosIds = options.eosIds;
    this.#stats = stats;
    this.#send = send;
  }

  /**
   * Takes a token, the routing of the step that made it and, when asked for, its probability. Sets `finishReason` at an end token or a stop
   * string.
   */
  push(id: number, routes: Route[], logprob: ChosenLogprob | null = null): void {
    this.ids.push(id);
    this.#batch.ids.push(id);
    this.#batch.picks.push(routes.map((route) => route.experts));
    if (this.#eosIds.includes(id)) {
      this.finishReason = 'stop';
    } else {
      if (logprob) this.#addLogprob(logprob);
      this.#emit(this.#stops.push(this.#detokenizer.push(id)));
    }
    if (this.finishReason === null && performance.now() - this.#sentAt >= BATCH_MS) this.#flush();
  }

  /** Emits what was held back and sends the last batch. */
  finish(reason: GenerateResult['finishReason']): void {
    this.#emit(this.#stops.push(this.#detokenizer.finish()));
    this.#append(this.#stops.finish());
    this.finishReason ??= reason;
    this.#flush();
  }

  #addLogprob(logprob: ChosenLogprob): void {
    this.logprobs.push(logprob);
    this.#batch.logprobs ??= [];
    this.#batch.logprobs.push(logprob);
  }

  #emit({ emit, stopped }: { emit: string; stopped: boolean }): void {
    this.#append(emit);
    if (stopped) this.finishReason = 'stop';
  }

  #append(text: string): void {
    this.text += text;
    this.#batch.text += text;
  }

  #flush(): void {
    if (this.#batch.ids.length === 0 && this.#batch.text === '') return;
    this.#send({ ...this.#batch, stats: this.#stats() });
    this.#batch = emptyBatch();
    this.#sentAt = performance.now();
  }
}

function emptyBatch(): Omit<GenerateDelta, 'stats'> {
  return { text: '', ids: [], picks: [] };
}
