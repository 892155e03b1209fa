import { throwIfAborted } from '../lib/abort';

/** Reads under way beside the chunk that is being worked on. */
const AHEAD = 2;

/**
 * The results of reads in their order, the next {@link AHEAD} of them already begun while one is used. Where one fails, or the caller leaves, those
 * under way are stopped.
 */
export async function* readAhead<T>(
  reads: ((signal: AbortSignal) => Promise<T>)[],
  signal: AbortSignal | undefined,
): AsyncGenerator<T> {
  const leave = new AbortController();
  const either = signal ? AbortSignal.any([signal, leave.signal]) : leave.signal;
  const underWay: Promise<T>[] = [];
  try {
    for (const [i] of reads.entries()) {
      throwIfAborted(signal);
      for (const read of reads.slice(i + underWay.length, i + 1 + AHEAD)) {
        const result = read(either);
        // It is heard of when its turn comes, or not at all.
        result.catch(() => {});
        underWay.push(result);
      }
      yield await (underWay.shift() as Promise<T>);
    }
  } finally {
    leave.abort();
  }
}
