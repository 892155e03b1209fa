import { MixtabError } from '../protocol/errors';

/**
 * Tells the page when a worker is gone. `error` events do not come for `terminate()` or a crash, and a call to a dead worker would wait
 * for ever; but a Web Lock is given back however its holder ends. So the worker holds one for life, and the page queues for it.
 */

const ASK = 'mixtab-life-ask';
const ANSWER = 'mixtab-life-answer';

interface WorkerScope {
  postMessage(message: unknown): void;
  addEventListener(type: 'message', listener: (event: MessageEvent<unknown>) => void): void;
}

/** Worker side, once at start. Without Web Locks (insecure contexts) the page has the events alone. */
export function holdLife(scope: WorkerScope): void {
  const held = takeLock();
  scope.addEventListener('message', ({ data }) => {
    if (fields(data).type === ASK) void held.then((lock) => scope.postMessage({ type: ANSWER, lock }));
  });
}

/** The name of the lock, once it is held, or null where there are none. */
function takeLock(): Promise<string | null> {
  if (navigator.locks === undefined) return Promise.resolve(null);
  const lock = `mixtab-life-${crypto.randomUUID()}`;
  return new Promise((resolve) => {
    const held = () => {
      resolve(lock);
      return new Promise(() => {});
    };
    navigator.locks.request(lock, held).catch(() => resolve(null)); // Refused, as in a sandboxed frame.
  });
}

/**
 * Page side: every call that waits for the worker goes through {@link guard}, and rejects when the worker ends. No call starts before
 * the worker has told its lock, as an end in between would go unseen.
 */
export class WorkerLife {
  readonly #worker: Worker;
  readonly #died: (reason: string) => MixtabError;
  readonly #stop = new AbortController();
  readonly #pending = new Set<(error: MixtabError) => void>();
  /** Called once, before the calls under way reject. */
  onEnd: (error: MixtabError) => void = () => {};
  #ended: MixtabError | null = null;
  readonly #watched: Promise<void>;

  /** `what` and `hint` are for the message of `worker-died`. */
  constructor(
    worker: Worker,
    what = 'engine worker',
    hint = 'Load the model again; if it happens again, lower the memory budget.',
  ) {
    this.#worker = worker;
    this.#died = (reason) => died(what, reason, hint);
    const { signal } = this.#stop;
    worker.addEventListener('error', (event) => this.end(this.#died(event.message || 'its script failed')), { signal });
    worker.addEventListener('messageerror', () => this.end(this.#died('a message could not be read')), { signal });
    this.#watched = new Promise((resolve) => {
      const hear = ({ data }: MessageEvent<unknown>): void => {
        const { type, lock } = fields(data);
        if (type !== ANSWER) return;
        if (typeof lock === 'string' && navigator.locks !== undefined) this.#queueFor(lock);
        resolve();
      };
      worker.addEventListener('message', hear, { signal });
    });
    worker.postMessage({ type: ASK });
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
      this.#watched.then(start).then(resolve, reject).finally(settled);
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

  #queueFor(lock: string): void {
    navigator.locks
      .request(lock, { signal: this.#stop.signal }, () => this.end(this.#died('it was terminated or crashed')))
      .catch(() => {}); // Stopped waiting: the worker ended by our own hand.
  }
}

function fields(message: unknown): Record<string, unknown> {
  return typeof message === 'object' && message !== null ? (message as Record<string, unknown>) : {};
}

function died(what: string, reason: string, hint: string): MixtabError {
  return new MixtabError(
    'worker-died',
    `${what}: expected it to run, got an end (${reason.replace(/\s+/g, ' ')})`,
    hint,
  );
}
