/** Web Locks are given back however their holder ends: who holds one lives. */

/** Takes a lock when it is free; resolves to its release. Rejects where locks are refused, as in a sandboxed frame. */
export function holdLock(name: string): Promise<() => void> {
  return new Promise((resolve, reject) => {
    const held = (): Promise<void> => new Promise((release) => resolve(release));
    navigator.locks.request(name, held).catch(reject);
  });
}

/** Resolves when nobody holds the lock. Rejects when the signal fires first. */
export async function whenFree(name: string, signal: AbortSignal): Promise<void> {
  await navigator.locks.request(name, { mode: 'shared', signal }, () => {});
}

/**
 * Waits for the lock and calls `lead` once it is held, until the returned function is called. The lock is given back when what `lead`
 * returns settles, which has to be soon after its signal fires. `onStand` is told each time the waiting begins.
 *
 * A page that is frozen in the background would hold the lock, or be given it, and do nothing. Chrome on computers does not freeze a page
 * whose lock others wait for (https://developer.chrome.com/blog/freezing-on-energy-saver); elsewhere the page is told before, gives up the
 * lock, and stands again when it is thawed. No page that holds or waits for a lock is kept in a back/forward cache
 * (https://github.com/w3c/web-locks/issues/81).
 */
export function standForLock(
  name: string,
  lead: (signal: AbortSignal) => Promise<void>,
  onStand: () => void,
): () => void {
  const left = new AbortController();
  let candidacy = new AbortController();
  const stand = (): void => {
    candidacy = new AbortController();
    const { signal } = candidacy;
    const held = async (): Promise<void> => {
      if (!signal.aborted) await lead(signal);
    };
    navigator.locks.request(name, { signal }, held).catch(() => {}); // It stopped waiting.
    onStand();
  };
  globalThis.document?.addEventListener('freeze', () => candidacy.abort(), { signal: left.signal });
  globalThis.document?.addEventListener('resume', stand, { signal: left.signal });
  stand();
  return () => {
    left.abort();
    candidacy.abort();
  };
}
