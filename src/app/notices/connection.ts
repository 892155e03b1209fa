import type { Session } from '../session';

/** Whether the browser has a network at all, as React wants it. */
export const connection = {
  isOnline: (): boolean => navigator.onLine,
  subscribe(listener: () => void): () => void {
    window.addEventListener('online', listener);
    window.addEventListener('offline', listener);
    return () => {
      window.removeEventListener('online', listener);
      window.removeEventListener('offline', listener);
    };
  },
};

/** When the network is back, what failed for want of it is tried again; an answer that broke off is the reader's to ask for anew. */
export function retryWhenOnline(session: Session): void {
  window.addEventListener('online', () => {
    for (const { source, error } of session.store.getState().problems) {
      if (error.code !== 'network-failed') continue;
      if (source === 'load') void session.start();
      else session.cure(source);
    }
  });
}
