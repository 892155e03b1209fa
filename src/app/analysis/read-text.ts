import { textWindows } from '../../analysis/text-windows';
import { MixtabError } from '../../protocol/errors';
import type { Trace } from '../../protocol/trace';
import type { LocalEngine } from '../engine-port';

/**
 * Tokens that are read at once. A window is one chunk of a prefill, which reads each expert at most once; other requests wait no longer than
 * it takes.
 */
const WINDOW_TOKENS = 512;

export type ReadingEngine = Pick<LocalEngine, 'info' | 'tokenize' | 'generate'>;

/** A text as windows that the model's context holds, of its first `mostTokens` tokens. */
export async function windowsOf(engine: ReadingEngine, text: string, mostTokens: number | null): Promise<number[][]> {
  const ids = await engine.tokenize(text, { addBos: true });
  const size = Math.min(WINDOW_TOKENS, engine.info.contextLength);
  return textWindows(mostTokens === null ? ids : ids.slice(0, mostTokens), size);
}

export interface ReadOptions {
  /** By layer the experts that may be picked; null: all. */
  experts: number[][] | null;
  signal: AbortSignal;
}

/** What a model made of a window. */
export interface ReadWindow {
  trace: Trace;
  /** Natural logarithms, by token; 0 for the first. */
  logprobs: Float32Array;
}

/** Lets the model read a window: one prefill, of which nothing is written on but a token. */
export async function readWindow(
  engine: ReadingEngine,
  ids: number[],
  { experts, signal }: ReadOptions,
): Promise<ReadWindow> {
  const { trace, promptLogprobs } = await engine.generate(
    { input: { ids }, maxTokens: 1, trace: true, promptLogprobs: true, experts: experts ?? undefined },
    { signal },
  );
  if (trace && promptLogprobs) return { trace, logprobs: promptLogprobs };
  throw new MixtabError(
    'internal',
    'analysis: expected a trace and log probabilities, got an answer without them',
    'Close other tabs of this page that run an older version, and load it again.',
  );
}
