import type { ByteSource, FileFolder } from '../lib/byte-source';
import type { ErrorData, MixtabError } from '../protocol/errors';
import type { FileSource } from '../protocol/library';
import type { Limits, Timing } from './timing';

/** A source whose files are found and told apart; its bytes come when they are read. */
export interface OpenedSource {
  kind: 'pack' | 'checkpoint';
  /** How to open the same again: of the Hub at the commit that was found, so that a push in the middle changes nothing. */
  pinned: FileSource;
  /** Shown to people: a file's name, an address without secrets, `org/name@revision`. */
  label: string;
  /** The Hub's commit; else empty. */
  revision: string;
  /** Names are paths with slashes, from the top of the source. */
  folder: FileFolder;
  /** The .gguf file in the folder that is the model, or the first part of it; null for a pack and a Hugging Face folder. */
  file: string | null;
  /** The .gguf models that are there, when there are several and none was named; `file` is the first of them. */
  choices: string[];
  /** Room that is needed for a while besides, for files of hosts that serve no ranges: of the files opened so far. */
  readonly spoolBytes: number;
  /** Of the files opened so far. */
  identity(): SourceIdentity;
  /**
   * The beginnings of the files of hosts that serve ranges, as far as headers were read. Given to {@link openSource} again, with the
   * identity, headers need not be sent again, nor what was read beyond them of the weights that follow.
   */
  heads(): Heads;
  /** To be called when all headers are read: from now on beginnings do not grow. */
  headersRead(): void;
  /**
   * Stops reads that are under way and removes what was kept of files of hosts that serve no ranges; with `keep` that stays, so that the
   * source opened again need not fetch it from its start. Safe to call twice.
   */
  close(keep?: boolean): Promise<void>;
}

/** Tells whether a source still is what it was, file by file. */
export type SourceIdentity = Record<string, FileIdentity>;

/** By file. */
export type Heads = Record<string, Uint8Array<ArrayBuffer>>;

export interface FileIdentity {
  /** Bytes. */
  size: number;
  /** ETag or Last-Modified of a host, time of change of a file, content hash of the Hub; empty where nothing is known. */
  tag: string;
}

export interface OpenOptions {
  /** Ends the opening and every later read. */
  signal?: AbortSignal | undefined;
  /** As {@link OpenedSource.identity} was when the import began: a file that differs rejects with `source-changed`. */
  expected?: SourceIdentity | undefined;
  /** As {@link OpenedSource.heads} gave them; of files in `expected` alone. */
  heads?: Heads | undefined;
  /** Told of what was overcome or is waited for, such as a dropped connection: its code says what it would be if it went on. */
  onNotice?: ((notice: ErrorData) => void) | undefined;
  /** Requests that this source keeps in flight at once. Default 6; share 4 to 8 among the workers of a page. */
  requestsInFlight?: number | undefined;
  /** For tests: clock and chance, and sizes. */
  timing?: Timing | undefined;
  limits?: Limits | undefined;
}

/** What each kind of source provides; src/sources/open-source.ts makes an {@link OpenedSource} of it. */
export interface SourceFolder {
  name: string;
  label: string;
  revision: string;
  /** See {@link OpenedSource.pinned}; default: the source as it came. */
  pinned?: FileSource;
  /** Names of all files; null where a host does not list them. */
  files: string[] | null;
  /** The file that was asked for by name or address. */
  named: string | null;
  /** Null when there is no such file. */
  open(file: string): Promise<SourceFile | null>;
  /** Of a host that may have answered 403 for what is not there: that answer. */
  denied?(): MixtabError | null;
  /** See {@link OpenedSource.spoolBytes}. */
  spoolBytes(): number;
  close(keep: boolean): Promise<void>;
}

export interface SourceFile extends ByteSource {
  /** See {@link FileIdentity.tag}. */
  readonly tag: string;
  /** See {@link OpenedSource.heads}. */
  readonly head?: Uint8Array<ArrayBuffer>;
  headersRead?(): void;
}
