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
import { openModelStore } from '../store/model-store';
import { storageEstimate } from '../store/quota';
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
    this.#imports = new Imports({ ...options, catalogue: this.#catalogue, factory: this.#factory });
    this.#tasks = new ModelTasks(this.#factory);
  }

  list(): Promise<ModelEntry[]> {
    return this.#list.list();
  }

  async subscribe(listener: (models: ModelEntry[]) => void): Promise<void> {
    this.#list.subscribe(listener);
  }

  async preview(source: ImportSource, options: ImportOptions): Promise<ImportPreview> {
    const plan = await planImport(source, options);
    try {
      const id = await this.#imports.idFor(plan, options.id);
      const model = (await this.list()).find((entry) => entry.id === id);
      return previewOf(plan, id, model?.committedBytes ?? 0, await this.storage());
    } finally {
      await plan.opened.close();
    }
  }

  import(source: ImportSource, options: ImportOptions): Promise<string> {
    return this.#imports.import(source, options);
  }

  resume(id: string, source?: ImportSource): Promise<void> {
    return this.#imports.resume(id, source);
  }

  async pause(id: string): Promise<void> {
    (await this.#imports.stop(id)).release();
  }

  async remove(id: string): Promise<void> {
    const lock = await this.#imports.stop(id);
    try {
      const store = await openModelStore(id, this.#factory);
      await store.destroy();
      await this.#catalogue.remove(id);
    } finally {
      lock.release();
    }
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

  async report(id: string): Promise<ImportReport | null> {
    const store = await openModelStore(id, this.#factory);
    try {
      return await store.report();
    } finally {
      store.close();
    }
  }

  async handleOf(id: string): Promise<FileSystemHandle | null> {
    const store = await openModelStore(id, this.#factory);
    try {
      const source = ((await store.journal()) ?? (await store.origin()))?.source;
      return source?.kind === 'handle' ? source.handle : null;
    } finally {
      store.close();
    }
  }

  storage(): Promise<StorageInfo | null> {
    return storageEstimate();
  }

  cancelTask(id: string): void {
    this.#tasks.cancel(id);
  }
}
