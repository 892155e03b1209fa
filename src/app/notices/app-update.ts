/**
 * The service worker, registered by hand: the plugin's own helper reloads every tab that shows the notice as soon as
 * one tab accepts, and a reload loses the chat. Other tabs go on with the version that they have: see public/keep-previous.js.
 */
let waiting: ServiceWorker | null = null;
let accepted = false;
const listeners = new Set<() => void>();

export type UpdateState = 'none' | 'waiting' | 'accepted';

export const appUpdate = {
  getState(): UpdateState {
    if (waiting === null) return 'none';
    return accepted ? 'accepted' : 'waiting';
  },
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  /** Lets the new version take over, then reloads this tab: neither in the middle of an answer. */
  async apply(whenIdle: () => Promise<void>): Promise<void> {
    accepted = true;
    tell();
    await whenIdle();
    if (waiting === null) return; // Dismissed meanwhile.
    waiting.postMessage({ type: 'SKIP_WAITING' });
    await whenActive(waiting);
    await whenIdle();
    location.reload();
  },
  dismiss: () => setWaiting(null),
};

/** Makes the page work offline from the next visit on. Without a service worker it works online just the same. */
export async function registerServiceWorker(): Promise<void> {
  if (!('serviceWorker' in navigator)) return;
  try {
    const registration = await navigator.serviceWorker.register('./sw.js');
    if (registration.waiting && navigator.serviceWorker.controller) setWaiting(registration.waiting);
    registration.addEventListener('updatefound', () => {
      const worker = registration.installing;
      worker?.addEventListener('statechange', () => {
        // Without a controller this is the first visit, not an update.
        if (worker.state === 'installed' && navigator.serviceWorker.controller) setWaiting(worker);
      });
    });
  } catch (error) {
    console.warn('Mixtab will not work offline: its service worker could not be registered.', error);
  }
}

/** Also where another tab let it take over before, or a still newer version took its place. */
function whenActive(worker: ServiceWorker): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (worker.state === 'activated' || worker.state === 'redundant') resolve();
    };
    worker.addEventListener('statechange', look);
    look();
  });
}

function setWaiting(worker: ServiceWorker | null): void {
  waiting = worker;
  accepted = false;
  tell();
}

function tell(): void {
  for (const listener of listeners) listener();
}
