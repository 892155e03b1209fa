import { MixtabError } from '../protocol/errors';

/** Throws `aborted` once the signal has fired. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw abortedError(signal);
}

/** The promise's result, or `aborted` as soon as the signal fires; the work behind the promise goes on unless it listens itself. */
export async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  promise.catch(() => {}); // Where the signal is first, nobody else hears how it ends.
  throwIfAborted(signal);
  let stop = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(abortedError(signal));
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

export function abortedError(signal: AbortSignal): MixtabError {
  return new MixtabError('aborted', 'stopped before it was done', '', {}, signal.reason);
}
