import { MixtabError } from '../protocol/errors';

/**
 * Tells the page when a worker is gone. `error` events do not come for `terminate()` or a crash, and a call to a dead worker would wait
 * for ever; but a Web Lock is given back however its holder ends. So the worker holds one for life, and the page queues for it.
 */

const LIFE = 'mixtab-worker-life';

/** Worker side, once at start. Without Web Locks (insecure contexts) the page has the events alone. */
export function holdLife(scope: { postMessage(message: unknown): void }): void {
  if (navigator.locks === undefined) return;
  const lock = `${LIFE}-${crypto.randomUUID()}`;
  void navigator.locks.request(lock, () => {
    scope.postMessage({ type: LIFE, lock });
    return new Promise(() => {});
  });
}

/** Page side: every call that waits for the worker goes through {@link guard}, and rejects when the worker ends. */
export class WorkerLife {
  readonly #worker: Worker;
  readonly #stop = new AbortController();
  readonly #pending = new Set<(error: MixtabError) => void>();
  /** Called once, before the calls under way reject. */
  onEnd: (error: MixtabError) => void = () => {};
  #ended: MixtabError | null = null;

  constructor(worker: Worker) {
    this.#worker = worker;
    const { signal } = this.#stop;
    worker.addEventListener('error', (event) => this.end(died(event.message || 'its script failed')), { signal });
    worker.addEventListener('messageerror', () => this.end(died('a message could not be read')), { signal });
    worker.addEventListener('message', (event: MessageEvent<unknown>) => this.#queueForLock(event.data), { signal });
  }

  /** Why the worker ended, or null while it lives. */
  get ended(): MixtabError | null {
    return this.#ended;
  }

  /** What `start` gives, or a rejection when the worker ends first. Does not start at all when it has ended. */
  guard<T>(start: () => Promise<T>): Promise<T> {
    if (this.#ended !== null) return Promise.reject(this.#ended);
    return new Promise((resolve, reject) => {
      this.#pending.add(reject);
      const settled = () => this.#pending.delete(reject);
      start().then(resolve, reject).finally(settled);
    });
  }

  /** Ends the worker for `reason`: calls under way and all later ones reject with it. */
  end(reason: MixtabError): void {
    if (this.#ended !== null) return;
    this.#ended = reason;
    this.#stop.abort();
    this.#worker.terminate();
    this.onEnd(reason);
    for (const reject of this.#pending) reject(reason);
    this.#pending.clear();
  }

  #queueForLock(message: unknown): void {
    if (typeof message !== 'object' || message === null) return;
    const { type, lock } = message as Record<string, unknown>;
    if (type !== LIFE || typeof lock !== 'string' || navigator.locks === undefined) return;
    navigator.locks
      .request(lock, { signal: this.#stop.signal }, () => this.end(died('it was terminated or crashed')))
      .catch(() => {}); // Stopped waiting: the worker ended by our own hand.
  }
}

function died(reason: string): MixtabError {
  return new MixtabError(
    'worker-died',
    `engine worker: expected it to run, got an end (${reason.replace(/\s+/g, ' ')})`,
    'Load the model again; if it happens again, lower the memory budget.',
  );
}
