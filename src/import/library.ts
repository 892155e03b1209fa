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
import { type Catalogue, openCatalogue } from '../store/catalogue';
import { openModelStore } from '../store/model-store';
import { storageEstimate } from '../store/quota';
import { openImportChannel } from './channel';
import { type ModelLock, modelLock } from './locks';
import { ModelList } from './model-list';

export interface LibraryOptions {
  /** Default: the origin's. */
  indexedDB?: IDBFactory | undefined;
}

/** The library worker's half of the contract, see {@link LibraryApi}. */
export class Library implements LibraryApi {
  readonly #factory: IDBFactory;
  readonly #catalogue: Catalogue;
  readonly #list: ModelList;

  constructor(options: LibraryOptions = {}) {
    this.#factory = options.indexedDB ?? globalThis.indexedDB;
    this.#catalogue = openCatalogue(this.#factory);
    this.#list = new ModelList(this.#catalogue, this.#factory);
  }

  list(): Promise<ModelEntry[]> {
    return this.#list.list();
  }

  async subscribe(listener: (models: ModelEntry[]) => void): Promise<void> {
    this.#list.subscribe(listener);
  }

  preview(_source: ImportSource, _options: ImportOptions): Promise<ImportPreview> {
    return Promise.reject(notYet('preview'));
  }

  import(_source: ImportSource, _options: ImportOptions): Promise<string> {
    return Promise.reject(notYet('import'));
  }

  resume(_id: string, _source?: ImportSource): Promise<void> {
    return Promise.reject(notYet('resume'));
  }

  async pause(id: string): Promise<void> {
    (await this.#stopped(id)).release();
  }

  async remove(id: string): Promise<void> {
    const lock = await this.#stopped(id);
    try {
      const store = await openModelStore(id, this.#factory);
      await store.destroy();
      await this.#catalogue.remove(id);
    } finally {
      lock.release();
    }
  }

  /** The model's lock, once an import that ran has stopped, in whichever tab. */
  async #stopped(id: string): Promise<ModelLock> {
    const channel = openImportChannel(id);
    try {
      channel.post({ type: 'pause' });
      return await modelLock(id);
    } finally {
      channel.close();
    }
  }

  verify(_id: string, _onProgress: (progress: TaskProgress) => void): Promise<string[]> {
    return Promise.reject(notYet('verify'));
  }

  repair(_id: string, _onProgress: (progress: TaskProgress) => void, _source?: ImportSource): Promise<string[]> {
    return Promise.reject(notYet('repair'));
  }

  exportTo(
    _id: string,
    _folder: FileSystemDirectoryHandle,
    _onProgress: (progress: TaskProgress) => void,
  ): Promise<void> {
    return Promise.reject(notYet('exportTo'));
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
      const source = (await store.journal())?.source;
      return source?.kind === 'handle' ? source.handle : null;
    } finally {
      store.close();
    }
  }

  storage(): Promise<StorageInfo | null> {
    return storageEstimate();
  }

  cancelTask(_id: string): void {}
}

const notYet = (what: string): MixtabError => new MixtabError('internal', `${what}: not built yet`);
