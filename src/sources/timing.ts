import { abortedError } from '../lib/abort';

/** Clock and chance, so that tests need not wait. */
export interface Timing {
  /** Resolves after `ms`; rejects with `aborted` as soon as the signal fires. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
  /** At least 0, below 1. */
  random(): number;
}

export const realTiming: Timing = {
  wait: (ms, signal) =>
    new Promise((resolve, reject) => {
      const stop = (): void => {
        clearTimeout(timer);
        reject(abortedError(signal));
      };
      const timer = setTimeout(() => {
        signal.removeEventListener('abort', stop);
        resolve();
      }, ms);
      if (signal.aborted) stop();
      else signal.addEventListener('abort', stop, { once: true });
    }),
  random: Math.random,
};

/** Sizes that decide what is kept where. */
export interface Limits {
  /** Files of hosts without ranges are kept in memory up to this size: texts, indexes. */
  smallBytes: number;
  /** Longer ones are kept on disk in segments of this size. */
  segmentBytes: number;
}

export const LIMITS: Limits = { smallBytes: 32 * 1024 * 1024, segmentBytes: 16 * 1024 * 1024 };
