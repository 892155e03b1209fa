/**
 * The service worker, registered by hand: the plugin's own helper reloads every tab that shows the notice as soon as
 * one tab accepts, and a reload loses the chat.
 */
let waiting: ServiceWorker | null = null;
const listeners = new Set<() => void>();

export const appUpdate = {
  isWaiting: () => waiting !== null,
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  /** Lets the new version take over, then reloads this tab. */
  apply(): void {
    navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true });
    waiting?.postMessage({ type: 'SKIP_WAITING' });
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

function setWaiting(worker: ServiceWorker | null): void {
  waiting = worker;
  for (const listener of listeners) listener();
}
