import type { MadeRecord } from '../checkpoint/made-record';
import { sha256Hex } from '../lib/sha256';
import { type Manifest, type RecordEntry, validateManifest } from '../pack/manifest';
import { MixtabError } from '../protocol/errors';
import type { ImportReport } from '../protocol/library';
import { indexedDbKeyValue } from './indexed-db';
import { asJournal, type ImportJournal, type ImportOrigin } from './journal';
import { type KeyValue, memoryKeyValue } from './key-value';

/**
 * One model's records. A record is one Blob, its key names the record and its content, so a record of another revision is never
 * taken for this one; a key that is there is a whole record, as each is written in its own transaction.
 * Every method rejects with `storage-full` or `storage-failed`.
 */
export interface ModelStore {
  /** The pack that was installed completely; null if there is none, or if what is stored is no valid manifest any more. */
  manifest(): Promise<Manifest | null>;
  putManifest(manifest: Manifest): Promise<void>;
  /** A newer manifest that the source has been seen to have, to be installed at the next start. */
  nextManifest(): Promise<Manifest | null>;
  putNextManifest(manifest: Manifest | null): Promise<void>;
  /** The manifest's records that are not there. Looks at keys only: whether bytes are right shows at their first read. */
  missing(manifest: Manifest): Promise<RecordEntry[]>;
  get(record: RecordEntry): Promise<Blob | undefined>;
  put(record: RecordEntry, blob: Blob): Promise<void>;
  delete(record: RecordEntry): Promise<void>;
  /** Of an import that is not finished. */
  journal(): Promise<ImportJournal | null>;
  /** Begins an import: drops what is left of another one. Records that the model has by a manifest stay. */
  begin(journal: ImportJournal): Promise<void>;
  /** Puts a journal of the same files in place of the one that is there; what was made stays. */
  renew(journal: ImportJournal): Promise<void>;
  /** The records that the unfinished import has committed. Of a pack: those of its manifest that are there. */
  made(): Promise<MadeRecord[]>;
  /** Puts a record and what is known of it, both or none. */
  commit(made: MadeRecord, blob: Blob): Promise<void>;
  /** A Blob as the database gives it back; nothing of it stays. */
  roundTrip(blob: Blob): Promise<Blob | undefined>;
  /** Puts the manifest in the journal's place, both or none, then drops the records that it does not name. */
  finish(manifest: Manifest, report: ImportReport | null): Promise<void>;
  /** Where a finished import came from; null of a model that was not imported. */
  origin(): Promise<ImportOrigin | null>;
  /** What became of the weights; null of a model that came as a pack. */
  report(): Promise<ImportReport | null>;
  /** Keys of the experts that were on the GPU when the model was used last, the most wanted first; none where that is not known. */
  residents(): Promise<number[]>;
  putResidents(keys: readonly number[]): Promise<void>;
  /** Drops the records that the manifest does not name. */
  prune(manifest: Manifest): Promise<void>;
  /** Deletes the model's database; the store is closed then. */
  destroy(): Promise<void>;
  close(): void;
}

/**
 * Opens the IndexedDB database `mixtab/<id>`, of the origin or, through `factory`, of one of its storage buckets. Rejects with
 * `storage-failed` where the browser keeps nothing.
 */
export async function openModelStore(id: string, factory = globalThis.indexedDB): Promise<ModelStore> {
  const table = indexedDbKeyValue(factory, databaseName(id));
  try {
    await table.keys(); // so that a refusal shows here
  } catch (error) {
    table.close();
    throw error;
  }
  return modelStore(table);
}

/** A store that keeps its Blobs as long as the worker lives. */
export const memoryModelStore = (): ModelStore => modelStore(memoryKeyValue());

export const databaseName = (id: string): string => `mixtab/${id}`;

/** `<name>@<16 hex digits>` of the record's hash; of a record in pieces, of the hash over its pieces' hashes. */
export async function recordKey(record: RecordEntry): Promise<string> {
  const [only = '', ...more] = record.sha256;
  const hash = more.length === 0 ? only : await sha256Hex(new TextEncoder().encode(record.sha256.join('')));
  return `${record.name}@${hash.slice(0, 16)}`;
}

const MANIFEST = 'manifest';
const NEXT_MANIFEST = 'manifest/next';
const JOURNAL = 'journal';
const REPORT = 'report';
const ORIGIN = 'origin';
const RESIDENTS = 'residents';
/** Before a record's name: its {@link MadeRecord}. */
const MADE = 'made/';

function modelStore(table: KeyValue): ModelStore {
  const readManifest = async (key: string): Promise<Manifest | null> => {
    const value = await table.get(key);
    try {
      return value === undefined ? null : validateManifest(value);
    } catch (error) {
      if (error instanceof MixtabError) return null;
      throw error;
    }
  };
  const keysOf = (manifest: Manifest): Promise<string[]> => Promise.all(manifest.records.map(recordKey));
  const madeKeys = async (): Promise<string[]> => (await table.keys()).filter((key) => key.startsWith(MADE));
  const store: ModelStore = {
    manifest: () => readManifest(MANIFEST),
    putManifest: (manifest) => table.set(MANIFEST, manifest),
    nextManifest: () => readManifest(NEXT_MANIFEST),
    putNextManifest: (manifest) => (manifest ? table.set(NEXT_MANIFEST, manifest) : table.delete([NEXT_MANIFEST])),
    async missing(manifest) {
      const [there, wanted] = await Promise.all([table.keys(), keysOf(manifest)]);
      const stored = new Set(there);
      return manifest.records.filter((_, index) => !stored.has(wanted[index] ?? ''));
    },
    async get(record) {
      const value = await table.get(await recordKey(record));
      return value instanceof Blob ? value : undefined;
    },
    put: async (record, blob) => table.set(await recordKey(record), blob),
    delete: async (record) => table.delete([await recordKey(record)]),
    journal: async () => asJournal(await table.get(JOURNAL)),
    begin: async (journal) => table.change({ [JOURNAL]: journal }, await madeKeys()),
    renew: (journal) => table.set(JOURNAL, journal),
    async made() {
      const journal = await store.journal();
      if (journal === null) return [];
      if (journal.manifest) {
        const missing = new Set(await store.missing(journal.manifest));
        const there = journal.manifest.records.filter((record) => !missing.has(record));
        return there.map((entry) => ({ entry, sourceSha256: '', errors: {} }));
      }
      const made = (await table.getMany(await madeKeys())) as MadeRecord[];
      // One that was found broken has been deleted since.
      const there = new Set(await table.keys());
      const keys = await Promise.all(made.map(({ entry }) => recordKey(entry)));
      return made.filter((_, index) => there.has(keys[index] ?? ''));
    },
    commit: async (made, blob) =>
      table.change({ [await recordKey(made.entry)]: blob, [MADE + made.entry.name]: made }, []),
    async roundTrip(blob) {
      const key = `probe/${crypto.randomUUID()}`;
      await table.set(key, blob);
      const value = await table.get(key);
      await table.delete([key]);
      return value instanceof Blob ? value : undefined;
    },
    async finish(manifest, report) {
      const journal = await store.journal();
      const origin = journal && { source: journal.source, identity: journal.identity, wish: journal.wish };
      const puts = { [MANIFEST]: manifest, [REPORT]: report, [ORIGIN]: origin };
      await table.change(puts, [JOURNAL, NEXT_MANIFEST, ...(await madeKeys())]);
      await store.prune(manifest);
    },
    origin: async () => ((await table.get(ORIGIN)) as ImportOrigin | null | undefined) ?? null,
    report: async () => ((await table.get(REPORT)) as ImportReport | null | undefined) ?? null,
    async residents() {
      const keys = await table.get(RESIDENTS);
      return Array.isArray(keys) ? keys.filter((key) => Number.isInteger(key) && key >= 0) : [];
    },
    putResidents: (keys) => table.set(RESIDENTS, [...keys]),
    async prune(manifest) {
      const keep = new Set([MANIFEST, NEXT_MANIFEST, REPORT, ORIGIN, RESIDENTS, ...(await keysOf(manifest))]);
      await table.delete((await table.keys()).filter((key) => !keep.has(key)));
    },
    destroy: () => table.destroy(),
    close: () => table.close(),
  };
  return store;
}
