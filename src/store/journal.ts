import type { CheckpointTexts } from '../checkpoint/checkpoint';
import { isObject } from '../lib/json';
import type { ModelConfig } from '../model/config';
import type { Formats } from '../pack/formats';
import type { Manifest } from '../pack/manifest';
import type { HubSource, ImportSource } from '../protocol/library';
import type { Heads, SourceIdentity } from '../sources/opened-source';

/**
 * What an unfinished import is known by, kept in the model's own database: enough to go on, and to run the model with the records that are
 * there. Lies there from before the first record until the manifest takes its place.
 */
export interface ImportJournal {
  version: 1;
  source: StoredSource;
  /** The source's files, as they were at the beginning. */
  identity: SourceIdentity;
  /** Their beginnings, where they came over a network: the workers need not fetch the headers again. */
  heads?: Heads;
  /** What float matrices become. */
  wish: 'q4' | 'q8';
  /** Shown to people. */
  name: string;
  texts: CheckpointTexts & { config: ModelConfig };
  formats: Formats;
  /** Of a source that is a pack: nothing is converted then, and the records' hashes are known beforehand. */
  manifest: Manifest | null;
}

/** What outlives the journal: where a finished model came from, so that a broken record can be made again. */
export type ImportOrigin = Pick<ImportJournal, 'source' | 'identity' | 'wish'>;

/** A source as it may lie in storage: without secrets, and without the bytes of files. */
export type StoredSource =
  | { kind: 'files' }
  | Extract<ImportSource, { kind: 'handle' | 'url' | 'pruned' }>
  | (Omit<HubSource, 'token'> & { needsToken: boolean });

/** A value of the database as a journal; null where it is none, or one of another version: the import begins anew then. */
export function asJournal(value: unknown): ImportJournal | null {
  return isObject(value) && value.version === 1 ? (value as unknown as ImportJournal) : null;
}
