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
import { type Catalogue, openCatalogue } from '../store/catalogue';
import { type ModelStore, openModelStore } from '../store/model-store';
import { storageEstimate } from '../store/quota';
import { clearDrafts } from '../store/record-draft';
import { openExistingStore } from './existing-model';
import { planImport, previewOf } from './import-plan';
import { Imports, type ImportsOptions } from './imports';
import { ModelList } from './model-list';
import { ModelTasks } from './tasks';

export interface LibraryOptions extends Partial<Pick<ImportsOptions, 'lanes' | 'startWorker'>> {
  /** Default: the origin's. */
  indexedDB?: IDBFactory | undefined;
}

/** The library worker's half of the contract, see {@link LibraryApi}. */
export class Library implements LibraryApi {
  readonly #factory: IDBFactory;
  readonly #catalogue: Catalogue;
  readonly #list: ModelList;
  readonly #imports: Imports;
  readonly #tasks: ModelTasks;

  constructor(options: LibraryOptions = {}) {
    this.#factory = options.indexedDB ?? globalThis.indexedDB;
    this.#catalogue = openCatalogue(this.#factory);
    this.#list = new ModelList(this.#catalogue, this.#factory);
    const onEnd = this.#list.ended.bind(this.#list);
    this.#imports = new Imports({ ...options, catalogue: this.#catalogue, factory: this.#factory, onEnd });
    this.#tasks = new ModelTasks(this.#factory);
  }

  list(): Promise<ModelEntry[]> {
    return this.#list.list();
  }

  async subscribe(listener: (models: ModelEntry[]) => void): Promise<void> {
    this.#list.subscribe(listener);
  }

  async preview(source: ImportSource, options: ImportOptions): Promise<ImportPreview> {
    const plan = await planImport(source, options, null, this.#factory);
    try {
      const { known } = this.#imports;
      const id = await known.idFor(plan, options.id);
      return previewOf(plan, id, await known.committedBytes(plan, id), await this.storage());
    } finally {
      await plan.opened.close(true);
    }
  }

  async import(source: ImportSource, options: ImportOptions): Promise<string> {
    const id = await this.#imports.import(source, options);
    await this.#list.list(); // What subscribers are told from here on knows of it; so below.
    return id;
  }

  async resume(id: string, source?: ImportSource): Promise<void> {
    await this.#imports.resume(id, source);
    await this.#list.list();
  }

  async pause(id: string): Promise<void> {
    (await this.#imports.stop(id)).release();
    await this.#list.list();
  }

  async remove(id: string): Promise<void> {
    this.#tasks.cancel(id);
    const lock = await this.#imports.stop(id);
    try {
      const store = await openModelStore(id, this.#factory);
      await store.destroy();
      await clearDrafts(id);
      await this.#catalogue.remove(id);
    } finally {
      lock.release();
    }
    await this.#list.list();
  }

  verify(id: string, onProgress: (progress: TaskProgress) => void): Promise<string[]> {
    return this.#tasks.verify(id, onProgress);
  }

  repair(id: string, onProgress: (progress: TaskProgress) => void, source?: ImportSource): Promise<string[]> {
    return this.#tasks.repair(id, onProgress, source);
  }

  exportTo(id: string, folder: FileSystemDirectoryHandle, onProgress: (progress: TaskProgress) => void): Promise<void> {
    return this.#tasks.exportTo(id, folder, onProgress);
  }

  report(id: string): Promise<ImportReport | null> {
    return this.#with(id, (store) => store.report());
  }

  handleOf(id: string): Promise<FileSystemHandle | null> {
    return this.#with(id, async (store) => {
      const source = ((await store.journal()) ?? (await store.origin()))?.source;
      return source?.kind === 'handle' ? source.handle : null;
    });
  }

  storage(): Promise<StorageInfo | null> {
    return storageEstimate();
  }

  cancelTask(id: string): void {
    this.#tasks.cancel(id);
  }

  async #with<T>(id: string, work: (store: ModelStore) => Promise<T>): Promise<T> {
    const store = await openExistingStore(id, this.#factory);
    try {
      return await work(store);
    } finally {
      store.close();
    }
  }
}
