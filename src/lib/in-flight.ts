import { throwIfAborted } from './abort';

/** Runs the work on all items, `most` at a time. The first failure stops the rest; it is thrown when nothing runs any more. */
export async function forEachInFlight<T>(
  items: Iterable<T>,
  most: number,
  signal: AbortSignal | undefined,
  work: (item: T, stop: AbortSignal) => Promise<void>,
): Promise<void> {
  const failed = new AbortController();
  const stop = signal ? AbortSignal.any([signal, failed.signal]) : failed.signal;
  const failures: unknown[] = [];
  const queue = items[Symbol.iterator]();
  const lane = async (): Promise<void> => {
    for (let next = queue.next(); !next.done; next = queue.next()) {
      try {
        throwIfAborted(stop);
        await work(next.value, stop);
      } catch (error) {
        failures.push(error);
        failed.abort(error);
        return;
      }
    }
  };
  await Promise.all(Array.from({ length: most }, lane));
  if (failures.length > 0) throw failures[0];
}
