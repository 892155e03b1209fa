import { addLogprobs, NO_SURPRISE, perplexityOf } from '../../analysis/perplexity';
import { type ReadingEngine, readWindow } from '../analysis/read-text';

/** Perplexity of a text, over so many tokens: all but the first of each window. */
export interface Perplexity {
  value: number;
  tokens: number;
}

export interface MeasureOptions {
  /** By layer the experts that may be picked; null: all. */
  experts: number[][] | null;
  signal: AbortSignal;
  /** After each window, with its tokens. */
  onWindow(tokens: number): void;
}

/** Null of a text without tokens. Rejects with `aborted` when it is stopped. */
export async function measurePerplexity(
  engine: ReadingEngine,
  windows: readonly number[][],
  { experts, signal, onWindow }: MeasureOptions,
): Promise<Perplexity | null> {
  let surprise = NO_SURPRISE;
  for (const ids of windows) {
    const { logprobs } = await readWindow(engine, ids, { experts, signal });
    surprise = addLogprobs(surprise, logprobs);
    onWindow(ids.length);
  }
  const value = perplexityOf(surprise);
  return value === null ? null : { value, tokens: surprise.tokens };
}
