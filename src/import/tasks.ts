import { withCallback } from '../lib/comlink-callback';
import type { Manifest } from '../pack/manifest';
import type { ImportSource, TaskProgress } from '../protocol/library';
import { exportPack } from '../store/export';
import type { ModelStore } from '../store/model-store';
import type { TaskOptions } from '../store/task-meter';
import { verifyRecords } from '../store/verify';
import { openImportChannel } from './channel';
import { manifestOfWhole, openExistingStore } from './existing-model';
import { importBusy, tryModelLock } from './locks';
import { repairModel } from './repair';

type OnProgress = (progress: TaskProgress) => void;

/** Work on all records of a model that is whole. One at a time for each model, over all tabs, and none while it is imported: `import-busy`. */
export class ModelTasks {
  readonly #factory: IDBFactory;
  readonly #running = new Map<string, AbortController>();

  constructor(factory = globalThis.indexedDB) {
    this.#factory = factory;
  }

  /** See {@link LibraryApi.verify}. */
  verify(id: string, onProgress: OnProgress): Promise<string[]> {
    return this.#run(id, onProgress, async (store, manifest, options) =>
      (await verifyRecords(store, manifest, options)).map(({ name }) => name),
    );
  }

  /** See {@link LibraryApi.repair}. */
  repair(id: string, onProgress: OnProgress, source?: ImportSource): Promise<string[]> {
    return this.#run(id, onProgress, (store, manifest, options) => repairModel(store, manifest, source, options));
  }

  /** See {@link LibraryApi.exportTo}. */
  exportTo(id: string, folder: FileSystemDirectoryHandle, onProgress: OnProgress): Promise<void> {
    return this.#run(id, onProgress, (store, manifest, options) => exportPack(store, manifest, folder, options));
  }

  /** The task's call rejects with `aborted`. Nothing happens where none runs here. */
  cancel(id: string): void {
    this.#running.get(id)?.abort();
  }

  #run<T>(
    id: string,
    onProgress: OnProgress,
    task: (store: ModelStore, manifest: Manifest, options: TaskOptions) => Promise<T>,
  ): Promise<T> {
    return withCallback(onProgress, async (send) => {
      const lock = await tryModelLock(id);
      if (lock === null) throw importBusy(id);
      const abort = new AbortController();
      this.#running.set(id, abort);
      // Who removes the model, in any tab, asks whoever is at it to stop.
      const channel = openImportChannel(id, ({ type }) => type === 'pause' && abort.abort());
      let store: ModelStore | undefined;
      try {
        store = await openExistingStore(id, this.#factory);
        return await task(store, await manifestOfWhole(id, store), { onProgress: send, signal: abort.signal });
      } finally {
        store?.close();
        channel.close();
        this.#running.delete(id);
        lock.release();
      }
    });
  }
}
