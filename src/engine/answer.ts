import { Detokenizer } from '../model/detokenizer';
import type { Route } from '../model/routing';
import { StopMatcher } from '../model/stop-strings';
import type { TextTokenizer } from '../model/tokenizer';
import { CallReader } from '../model/tools/call-reader';
import { TRIGGER } from '../model/tools/calls';
import type {
  ChosenLogprob,
  FinishReason,
  GenerateDelta,
  GenerateResult,
  GenerateStats,
  ToolCall,
} from '../protocol/engine';

/** Least time between two batches to the page: one frame. */
const BATCH_MS = 16;

export interface AnswerOptions {
  stop: string[];
  eosIds: number[];
  /** Ids that the answer goes on from; none for one that stands by itself. */
  after: number[];
  /** Ids of its calls by their place; null where no tools may be called. */
  callIdOf: ((index: number) => string) | null;
}

/** The answer as it grows: tokens to text and calls, stop strings across token borders, batches for the page. */
export class Answer {
  readonly ids: number[] = [];
  text = '';
  /** Of its tokens but end tokens, where they are told. */
  readonly logprobs: ChosenLogprob[] = [];
  readonly toolCalls: ToolCall[] = [];
  finishReason: FinishReason | null = null;
  readonly #detokenizer: Detokenizer;
  readonly #calls: CallReader | null;
  readonly #triggerId: number | null;
  readonly #stops: StopMatcher;
  readonly #eosIds: number[];
  readonly #send: (delta: GenerateDelta) => void;
  readonly #stats: () => GenerateStats;
  #batch = emptyBatch();
  #sentAt = Number.NEGATIVE_INFINITY;

  constructor(
    tokenizer: Pick<TextTokenizer, 'piece' | 'controlToken'>,
    { stop, eosIds, after, callIdOf }: AnswerOptions,
    stats: () => GenerateStats,
    send: (delta: GenerateDelta) => void,
  ) {
    this.#detokenizer = new Detokenizer(tokenizer, after);
    this.#calls = callIdOf && new CallReader(callIdOf);
    this.#triggerId = tokenizer.controlToken(TRIGGER);
    this.#stops = new StopMatcher(stop);
    this.#eosIds = eosIds;
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
    this.#batch.weights.push(routes.map((route) => route.weights));
    const ends = this.#eosIds.includes(id);
    const piece = ends ? '' : this.#spell(id);
    this.#batch.pieces.push(piece);
    if (ends) {
      this.finishReason = this.#end('stop');
    } else {
      if (logprob) this.#addLogprob(logprob);
      this.#read(piece);
    }
    // What is held back becomes the piece of the last token where no other comes: that token stays in the batch.
    if (this.#detokenizer.holdsBack || this.finishReason !== null) return;
    if (performance.now() - this.#sentAt >= BATCH_MS) this.#flush();
  }

  /** Emits what was held back and sends the last batch. */
  finish(reason: FinishReason): void {
    const rest = this.#detokenizer.finish();
    if (rest !== '') this.#batch.pieces.push((this.#batch.pieces.pop() ?? '') + rest);
    this.#read(rest);
    this.#emit(this.#stops.push(this.#calls?.finish() ?? ''));
    this.#append(this.#stops.finish());
    this.finishReason ??= this.#end(reason);
    this.#flush();
  }

  /** What it came to, of what a result says. */
  get outcome(): Pick<GenerateResult, 'text' | 'ids' | 'finishReason' | 'toolCalls'> {
    const toolCalls = this.toolCalls.length > 0 ? this.toolCalls : undefined;
    return { text: this.text, ids: this.ids, finishReason: this.finishReason ?? 'length', toolCalls };
  }

  /** A control token that calls begin with is hidden from the text, and read all the same. */
  #spell(id: number): string {
    return this.#calls && id === this.#triggerId ? this.#detokenizer.finish() + TRIGGER : this.#detokenizer.push(id);
  }

  #read(piece: string): void {
    const { text, calls } = this.#calls?.push(piece) ?? { text: piece, calls: [] };
    this.#emit(this.#stops.push(text));
    if (calls.length === 0) return;
    this.toolCalls.push(...calls);
    this.#batch.toolCalls = [...(this.#batch.toolCalls ?? []), ...calls];
  }

  #end(reason: FinishReason): FinishReason {
    return reason === 'stop' && this.toolCalls.length > 0 ? 'tool_calls' : reason;
  }

  #addLogprob(logprob: ChosenLogprob): void {
    this.logprobs.push(logprob);
    this.#batch.logprobs = [...(this.#batch.logprobs ?? []), logprob];
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
  return { text: '', ids: [], pieces: [], picks: [], weights: [] };
}
