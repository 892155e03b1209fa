import { isObject } from '../lib/json';
import type { ModelConfig } from '../model/config';
import type { Formats } from '../pack/formats';
import type { Manifest, RecordEntry } from '../pack/manifest';
import type { HubSource, ImportSource } from '../protocol/library';

/**
 * What an unfinished import is known by, kept in the model's own database: enough to go on, and to run the model with the records that are
 * there. Lies there from before the first record until the manifest takes its place.
 */
export interface ImportJournal {
  version: 1;
  source: StoredSource;
  /** The source's files, as they were at the beginning. */
  identity: SourceIdentity;
  /** What float matrices become. */
  wish: 'q4' | 'q8';
  /** Shown to people. */
  name: string;
  texts: CheckpointTexts;
  formats: Formats;
  /** Of a source that is a pack: nothing is converted then, and the records' hashes are known beforehand. */
  manifest: Manifest | null;
}

/** What outlives the journal: where a finished model came from, so that a broken record can be made again. */
export type ImportOrigin = Pick<ImportJournal, 'source' | 'identity' | 'wish'>;

/** A source as it may lie in storage: without secrets, and without the bytes of files. */
export type StoredSource =
  | { kind: 'files' }
  | Extract<ImportSource, { kind: 'handle' | 'url' }>
  | (Omit<HubSource, 'token'> & { needsToken: boolean });

/** Files by name. `tag` changes when the content does, as far as the host or the disk tells. */
export type SourceIdentity = Record<string, { size: number; tag: string }>;

/** What of a checkpoint goes into a manifest besides its records. */
export type CheckpointTexts = { name: string; revision: string; config: ModelConfig } & Pick<
  Manifest,
  'tokenizer' | 'generation'
>;

/** A record that an import has made, and what is to be said of it when all are there. Structured-cloneable. */
export interface MadeRecord {
  entry: RecordEntry;
  /** SHA-256 over the hashes of the chunks that were read for it. Empty where nothing was converted. */
  sourceSha256: string;
  /** By tensor. */
  errors: Record<string, { squaredError: number; squaredNorm: number; weights: number; source: string }>;
}

/** A value of the database as a journal; null where it is none, or one of another version: the import begins anew then. */
export function asJournal(value: unknown): ImportJournal | null {
  return isObject(value) && value.version === 1 ? (value as unknown as ImportJournal) : null;
}
