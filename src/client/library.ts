import { proxy, type Remote, wrap } from 'comlink';
import { installErrorTransfer } from '../lib/comlink-errors';
import { WorkerLife } from '../lib/worker-life';
import { MixtabError } from '../protocol/errors';
import type {
  ImportOptions,
  ImportPreview,
  ImportReport,
  ImportSource,
  LibraryApi,
  ModelEntry,
  StorageInfo,
  TaskProgress,
} from '../protocol/library';

/** The models of this browser. Its worker starts with the first call. */
export function openLibrary(): Library {
  return new Library(
    () =>
      new Worker(new URL('../../workers/library.worker.ts', import.meta.url), {
        type: 'module',
        name: 'mixtab-library',
      }),
  );
}

interface Connection {
  api: Remote<LibraryApi>;
  life: WorkerLife;
}

/**
 * The page's side of {@link LibraryApi}: the same calls, which reject with {@link MixtabError}. Should its worker die, the calls under way
 * reject with `worker-died` and a new one takes over; an import that it ran is `paused` then, with all that was committed.
 */
export class Library {
  readonly #start: () => Worker;
  #connection: Connection | null = null;
  #closed = false;
  /** Lists that were told. */
  #told = 0;
  readonly #listeners = new Set<(models: ModelEntry[]) => void>();

  /** Use {@link openLibrary}. */
  constructor(start: () => Worker) {
    this.#start = start;
  }

  /** As {@link LibraryApi.list}. */
  list(): Promise<ModelEntry[]> {
    return this.#call((api) => api.list());
  }

  /** Calls with the list soon and after every change in any tab, at most ten times a second, until the returned function is called. */
  subscribe(listener: (models: ModelEntry[]) => void): () => void {
    this.#listeners.add(listener);
    const toldBefore = this.#told;
    const tell = (models: ModelEntry[]): void => {
      // What was told meanwhile is newer.
      if (this.#told === toldBefore && this.#listeners.has(listener)) listener(models);
    };
    this.list().then(tell, () => {}); // The next call meets the same trouble, and tells it.
    return () => this.#listeners.delete(listener);
  }

  /** As {@link LibraryApi.preview}. */
  preview(source: ImportSource, options: ImportOptions = {}): Promise<ImportPreview> {
    return this.#call((api) => api.preview(source, options));
  }

  /** As {@link LibraryApi.import}. Call it on a click: the browser is asked to keep what is stored. */
  import(source: ImportSource, options: ImportOptions = {}): Promise<string> {
    askToKeep();
    return this.#call((api) => api.import(source, options));
  }

  /** As {@link LibraryApi.resume}. Call it on a click: the user may be asked to allow reading the file. */
  async resume(id: string, source?: ImportSource): Promise<void> {
    askToKeep();
    const handle = source ? null : await this.#call((api) => api.handleOf(id));
    if (handle) await allowReading(handle);
    return this.#call((api) => api.resume(id, source));
  }

  /** As {@link LibraryApi.pause}. */
  pause(id: string): Promise<void> {
    return this.#call((api) => api.pause(id));
  }

  /** As {@link LibraryApi.remove}. */
  remove(id: string): Promise<void> {
    return this.#call((api) => api.remove(id));
  }

  /** As {@link LibraryApi.verify}. */
  verify(id: string, onProgress: (progress: TaskProgress) => void = () => {}): Promise<string[]> {
    return this.#call((api) => api.verify(id, proxy(onProgress)));
  }

  /** As {@link LibraryApi.repair}. Call it on a click: the user may be asked to allow reading the file. */
  async repair(
    id: string,
    onProgress: (progress: TaskProgress) => void = () => {},
    source?: ImportSource,
  ): Promise<string[]> {
    const handle = source ? null : await this.#call((api) => api.handleOf(id));
    if (handle) await allowReading(handle);
    return this.#call((api) => api.repair(id, proxy(onProgress), source));
  }

  /** As {@link LibraryApi.exportTo}. */
  exportTo(
    id: string,
    folder: FileSystemDirectoryHandle,
    onProgress: (progress: TaskProgress) => void = () => {},
  ): Promise<void> {
    return this.#call((api) => api.exportTo(id, folder, proxy(onProgress)));
  }

  /** As {@link LibraryApi.report}. */
  report(id: string): Promise<ImportReport | null> {
    return this.#call((api) => api.report(id));
  }

  /** As {@link LibraryApi.storage}. */
  storage(): Promise<StorageInfo | null> {
    return this.#call((api) => api.storage());
  }

  /** Its call rejects with `aborted`. */
  cancelTask(id: string): void {
    this.#call((api) => api.cancelTask(id)).catch(() => {}); // With its worker, the task is gone too.
  }

  /** Ends the worker, and with it an import that it runs; what was committed stays. */
  close(): void {
    this.#closed = true;
    this.#listeners.clear();
    this.#connection?.life.end(closedError());
    this.#connection = null;
  }

  #call<T>(call: (api: Remote<LibraryApi>) => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(closedError());
    const { api, life } = this.#connect();
    return life.guard(() => call(api));
  }

  #connect(): Connection {
    if (this.#connection) return this.#connection;
    installErrorTransfer();
    const worker = this.#start();
    const life = new WorkerLife(worker, 'library worker', 'Resume the import: what was committed is kept.');
    const connection = { api: wrap<LibraryApi>(worker), life };
    this.#connection = connection;
    const toldBefore = this.#told;
    const listener = proxy((models: ModelEntry[]) => {
      this.#told++;
      for (const listen of this.#listeners) listen(models);
    });
    life.onEnd = () => {
      this.#connection = null;
      // One that never told anything would not do so the next time either.
      if (this.#told > toldBefore && this.#listeners.size > 0) this.#connect();
    };
    life.guard(() => connection.api.subscribe(listener)).catch(() => {}); // As above.
    return connection;
  }
}

/** Not awaited: an import does not depend on the answer, and some browsers ask the user. */
function askToKeep(): void {
  navigator.storage?.persist?.().catch(() => {});
}

/** What TypeScript does not know yet of the File System Access API. */
type Permitted = FileSystemHandle & { requestPermission?: (how: { mode: 'read' }) => Promise<PermissionState> };

async function allowReading(handle: Permitted): Promise<void> {
  const state = await handle.requestPermission?.({ mode: 'read' });
  if (state !== undefined && state !== 'granted') {
    throw new MixtabError(
      'source-denied',
      `reading ${handle.name}: expected your permission, got ${state}`,
      'Resume again and allow it, or choose the file anew.',
      { file: handle.name },
    );
  }
}

const closedError = (): MixtabError =>
  new MixtabError('aborted', 'library: expected an open one, got a closed one', 'Open the library again.');
