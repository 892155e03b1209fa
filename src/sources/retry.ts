import { toErrorData } from '../protocol/errors';
import type { Http } from './http';
import { Dropped, networkFailed } from './http-errors';

/** In a row, without progress between them. */
const MOST_TRIES = 8;
/** Where no answer ever came: a wrong address or a host that forbids reading is said soon. */
const MOST_TRIES_UNANSWERED = 4;
const BACKOFF_MS = 500;
const LONGEST_BACKOFF_MS = 30_000;
/** A host that asks for more patience than this is not waited for. */
const LONGEST_RETRY_AFTER_MS = 10 * 60_000;
/** A byte a connection is no progress: it would never end. */
const PROGRESS_BYTES = 64 * 1024;

/**
 * Calls `work` until it does not throw {@link Dropped}; it must go on where it was. Between two tries it waits, longer each time, for a
 * random share of the time, so that workers that were dropped together do not come back together. Throws `network-failed` after too many
 * tries without progress.
 */
export async function retrying<T>(
  http: Http,
  label: string,
  signal: AbortSignal | undefined,
  work: (progress: (bytes: number) => void) => Promise<T>,
): Promise<T> {
  const either = AbortSignal.any(signal ? [http.signal, signal] : [http.signal]);
  let tries = 0;
  let bytes = 0;
  for (;;) {
    try {
      return await work((arrived) => {
        bytes += arrived;
      });
    } catch (error) {
      if (!(error instanceof Dropped)) throw error;
      if (bytes >= PROGRESS_BYTES) tries = bytes = 0;
      tries++;
      const { answered, retryAfterMs = 0 } = error.details;
      const failed = networkFailed(label, error, tries);
      const most = answered === false ? MOST_TRIES_UNANSWERED : MOST_TRIES;
      if (tries >= most || retryAfterMs > LONGEST_RETRY_AFTER_MS) throw failed;
      http.onNotice(toErrorData(failed));
      const backoff = Math.min(LONGEST_BACKOFF_MS, BACKOFF_MS * 2 ** tries) * http.timing.random();
      await http.timing.wait(Math.max(backoff, retryAfterMs), either);
    }
  }
}
