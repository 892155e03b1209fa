import { useRef, useState } from 'react';
import { type ErrorData, toErrorData } from '../../protocol/errors';
import { type ReadingEngine, windowsOf } from '../analysis/read-text';
import { useSession } from '../session-context';
import { measurePerplexity, type Perplexity } from './measure-perplexity';

/** What was measured of a choice of experts. */
export interface Outcome {
  id: string;
  kept: number[][];
  byHand: boolean;
  /** Of the text that it was measured on. */
  textName: string;
  before: Perplexity;
  after: Perplexity;
}

export interface MeasureRequest extends Pick<Outcome, 'kept' | 'byHand' | 'textName'> {
  text: string;
  mostTokens: number | null;
}

export interface Measure {
  /** Tokens; null while nothing is measured. The total is 0 while the text is cut into tokens. */
  progress: { done: number; total: number } | null;
  error: ErrorData | null;
  /** The latest first. */
  outcomes: readonly Outcome[];
  run(request: MeasureRequest): Promise<void>;
  stop(): void;
}

/** What a text had with all experts. */
interface Whole extends Pick<MeasureRequest, 'text' | 'mostTokens'> {
  engine: ReadingEngine;
  found: Perplexity;
}

/** Measures perplexities with and without the experts that are to be left out. What a text has with all of them is measured once. */
export function useMeasure(): Measure {
  const session = useSession();
  const [progress, setProgress] = useState<Measure['progress']>(null);
  const [error, setError] = useState<ErrorData | null>(null);
  const [outcomes, setOutcomes] = useState<readonly Outcome[]>([]);
  const abort = useRef<AbortController>(null);
  const whole = useRef<Whole>(null);

  const run = async ({ text, mostTokens, ...choice }: MeasureRequest) => {
    const engine = session.local;
    if (!engine) return;
    const running = new AbortController();
    const { signal } = running;
    abort.current = running;
    setError(null);
    setProgress({ done: 0, total: 0 });
    try {
      const windows = await windowsOf(engine, text, mostTokens);
      const known = whole.current;
      const isKnown = known?.engine === engine && known.text === text && known.mostTokens === mostTokens;
      const before = isKnown ? known.found : null;
      const tokens = windows.reduce((sum, ids) => sum + ids.length, 0);
      const total = before ? tokens : 2 * tokens;
      let done = 0;
      const onWindow = (read: number) => {
        done += read;
        setProgress({ done, total });
      };
      const all = before ?? (await measurePerplexity(engine, windows, { experts: null, signal, onWindow }));
      if (all) whole.current = { engine, text, mostTokens, found: all };
      const after = await measurePerplexity(engine, windows, { experts: choice.kept, signal, onWindow });
      if (all && after)
        setOutcomes((former) => [{ ...choice, id: crypto.randomUUID(), before: all, after }, ...former]);
    } catch (failure) {
      const reason = toErrorData(failure);
      if (reason.code !== 'aborted') setError(reason);
    }
    setProgress(null);
  };
  return { progress, error, outcomes, run, stop: () => abort.current?.abort() };
}
