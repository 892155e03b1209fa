import type { MatrixFormat, ModelShape } from '../pack/formats';
import type { ErrorData } from './errors';

/**
 * What the library worker exposes to the page: the models of this browser, and the way into it. All types here are structured-cloneable.
 * Models lie in IndexedDB; every tab sees the same list, and an import that runs in one tab is seen in all.
 */
export interface LibraryApi {
  /** Models that are here, whole or in part, the last used first. */
  list(): Promise<ModelEntry[]>;
  /** Calls with the list at once and after every change in any tab, at most ten times a second. */
  subscribe(listener: (models: ModelEntry[]) => void): void;
  /** What a source holds and what it would take, from its headers alone. */
  preview(source: ImportSource, options: ImportOptions): Promise<ImportPreview>;
  /**
   * Begins an import, or goes on with one that was cut off: what is committed is not fetched again. Resolves to the model's id when the
   * import is under way (its entry is in the list, and says the rest); rejects when the source cannot be opened, with `import-busy` when
   * another tab imports the same model, with `source-changed` when it goes on from another file than it began with.
   */
  import(source: ImportSource, options: ImportOptions): Promise<string>;
  /** Goes on with a model that is `paused` or `failed`. `source` is needed where it cannot be opened without the user: a chosen file, a token. */
  resume(id: string, source?: ImportSource): Promise<void>;
  /** Stops an import in whichever tab it runs; what is committed stays. */
  pause(id: string): Promise<void>;
  /** Stops an import if one runs, and removes the model with all its bytes. */
  remove(id: string): Promise<void>;
  /** Reads every record and compares its hashes. Resolves to the names of those that are missing or wrong. */
  verify(id: string, onProgress: (progress: TaskProgress) => void): Promise<string[]>;
  /** Verifies, and makes what is missing or wrong anew from the model's source. Resolves to the names of what was mended. */
  repair(id: string, onProgress: (progress: TaskProgress) => void, source?: ImportSource): Promise<string[]>;
  /** Writes the model as a pack folder, which {@link LibraryApi.import} takes on another machine. */
  exportTo(id: string, folder: FileSystemDirectoryHandle, onProgress: (progress: TaskProgress) => void): Promise<void>;
  /** What became of an imported model's weights; null of a pack, and while the import is not finished. */
  report(id: string): Promise<ImportReport | null>;
  /** The remembered file or folder of a model that `needs` permission: the page asks for it with `requestPermission`, as only a page may. */
  handleOf(id: string): Promise<FileSystemHandle | null>;
  /** What this site stores, and what the browser says it may. */
  storage(): Promise<StorageInfo | null>;
  /** Stops a verify, repair or export of a model; its call rejects with `aborted`. */
  cancelTask(id: string): void;
}

/** Where a model comes from: files, or another model of this browser. */
export type ImportSource = FileSource | PrunedSource;

/** A pack, a GGUF file (with its siblings, if it is split) or a Hugging Face folder: told apart by what is found. */
export type FileSource =
  /** Chosen or dropped: one file, the parts of one, or all files of a folder. `file`: the .gguf file, where there are several. */
  | { kind: 'files'; files: File[]; file?: string | undefined }
  /** As `files`, but remembered over a reload (File System Access). */
  | { kind: 'handle'; handle: FileSystemFileHandle | FileSystemDirectoryHandle; file?: string | undefined }
  /** A .gguf file, or a folder that holds manifest.json or config.json. */
  | { kind: 'url'; url: string }
  /** A repository on the Hugging Face Hub. */
  | HubSource;

/**
 * A whole model of this browser, of which some experts are left out: expert pruning (arXiv 2212.09811). What comes of it is a model of its own;
 * the other may go afterwards. While it is made the other cannot be verified, repaired, exported or pruned a second time (`import-busy`); where
 * it is removed, this import pauses.
 */
export interface PrunedSource {
  kind: 'pruned';
  /** The model's id. */
  of: string;
  /** By layer: ids of the experts to keep, ascending. As many in every layer: at least as many as a token uses, and fewer than there are. */
  keep: number[][];
  /** Of the new model. */
  name: string;
}

/** A repository on the Hugging Face Hub, or on a host that speaks its protocol. */
export interface HubSource {
  kind: 'hub';
  /** `org/name` */
  repo: string;
  /** Branch, tag or commit. Default: main. */
  revision?: string | undefined;
  /** A .gguf file of the repository, where it has several. */
  file?: string | undefined;
  /** For gated repositories. Sent in a header to the Hub alone, never stored. */
  token?: string | undefined;
  /** Default: https://huggingface.co */
  endpoint?: string | undefined;
}

/** How a model is kept. */
export interface ImportOptions {
  /** Name of the model here, and of its database. Default: made of the source's name. */
  id?: string | undefined;
  /** What float matrices become; quantized ones keep what they are as far as a format holds it. Default: q4. */
  format?: 'q4' | 'q8' | undefined;
}

/** What a source holds and would take, known from its headers. */
export interface ImportPreview {
  /** Under which it would be kept. */
  id: string;
  name: string;
  /** What was found, in words: `GGUF, Q4_K Q6_K`, `safetensors, BF16`, `pack, q4`. */
  kind: string;
  layers: number;
  experts: number;
  topK: number;
  parameters: { total: number; active: number };
  contextLength: number;
  /** What would be stored, and what of it is here already. */
  packBytes: number;
  committedBytes: number;
  /** Formats of the pack, e.g. `q4a + q8`. */
  formats: string;
  /** What would be read of the source. */
  sourceBytes: number;
  /** Room that is needed for a while besides, where a host serves no ranges and the file has to be kept whole; else 0. */
  spoolBytes: number;
  /** GPU memory: least, and with every expert resident. */
  leastBytes: number;
  mostBytes: number;
  storage: StorageInfo | null;
  /** For `checkSupport`, which says how fast it would be. */
  shape: ModelShape;
  /** .gguf files to choose from, where the source has several models and none was named. The other figures are of the first then. */
  choices: string[];
}

/** This site's storage, bytes. */
export interface StorageInfo {
  usageBytes: number;
  /** What the browser says it would grant. Chromium says usage + 10 GiB whatever the disk holds: a hint, never a limit. */
  quotaBytes: number;
  /** Whether the browser has promised not to clear it when disk space runs low. */
  persisted: boolean;
}

/** A model of this browser, whole or in part. */
export interface ModelEntry {
  id: string;
  name: string;
  /** `files`, `url`, ... as it came. */
  sourceKind: ImportSource['kind'];
  /** Shown to people: a file's name, an address without secrets, `org/name@revision`. */
  sourceLabel: string;
  formats: string;
  /** Of a model of which experts were left out, here or before it came. */
  pruned?: PrunedFrom | undefined;
  packBytes: number;
  committedBytes: number;
  /** Milliseconds since 1970. */
  addedAt: number;
  usedAt: number;
  status: 'complete' | 'importing' | 'paused' | 'failed';
  /** Why it failed. */
  error: ErrorData | null;
  /** The dense weights are there: it can be loaded, experts follow. */
  runnable: boolean;
  /** Of the running import. */
  progress: ImportProgress | null;
  /** Resuming needs the user: to choose the file again, to allow its reading, to give a token. */
  needs: 'nothing' | 'files' | 'permission' | 'token';
}

/** What a pruned model was before. */
export interface PrunedFrom {
  /** Name of the model that it was pruned from. */
  of: string;
  /** Experts a layer. */
  kept: number;
  /** Experts a layer that there were. */
  experts: number;
}

/** How far a running import is. */
export interface ImportProgress {
  phase: 'dense' | 'experts' | 'finishing';
  /** Committed, and of the records under way what is done. */
  doneBytes: number;
  totalBytes: number;
  /** Over the last ten seconds or so. */
  bytesPerSecond: number | null;
  secondsLeft: number | null;
}

/** How far a verify, repair or export is. */
export interface TaskProgress {
  doneBytes: number;
  totalBytes: number;
}

/** Of an imported model: what became of its weights. */
export interface ImportReport {
  /** Root of the squared error over the squared norm of all weights. */
  relativeError: number;
  bitsPerWeight: number;
  tensors: {
    tensor: string;
    source: string[];
    formats: MatrixFormat[];
    bitsPerWeight: number;
    relativeError: number;
  }[];
}
