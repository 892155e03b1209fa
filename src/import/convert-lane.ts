import type { Checkpoint } from '../checkpoint/checkpoint';
import { convertRecord } from '../checkpoint/convert-record';
import type { MadeRecord } from '../checkpoint/made-record';
import { ReusedBuffers } from '../lib/reused-buffers';
import { type PackLayout, packLayout } from '../pack/layout';
import type { Manifest } from '../pack/manifest';
import type { ImportSource } from '../protocol/library';
import { openCheckpointOf } from '../sources/open-checkpoint';
import { openSource } from '../sources/open-source';
import { fetchRecord } from '../store/fetch-record';
import { folderPackSource } from '../store/folder-pack-source';
import type { ImportJournal } from '../store/journal';
import { type ModelStore, openModelStore } from '../store/model-store';
import type { PackSource } from '../store/pack-source';
import { fileDraft, type RecordDraft } from '../store/record-draft';
import { retryRefusedBlob } from '../store/refused-blob';
import { holdLane } from './locks';
import { openModelToPrune, pruning } from './model-to-prune';

/** What a convert worker exposes to the importer. */
export interface LaneApi {
  /** Once, before all. `onBytes` hears how much of the record under way is made. */
  open(job: LaneJob, onBytes: (record: string, doneBytes: number) => void): Promise<void>;
  /** Makes a record and commits it. One at a time. */
  make(record: string): Promise<MadeRecord>;
}

export interface LaneJob {
  id: string;
  source: ImportSource;
  journal: ImportJournal;
  requestsInFlight: number;
}

/** Makes a record, as it goes into the store; the Blob is to be stored before the next is made. */
export type Make = (record: string, onBytes: (doneBytes: number) => void) => Promise<{ made: MadeRecord; blob: Blob }>;

/**
 * One of the workers that make records. It ends by being terminated: what it was at is lost then, and a record is committed in one
 * transaction, so it is there wholly or not at all.
 */
export class ConvertLane implements LaneApi {
  readonly #factory: IDBFactory;
  #store: ModelStore | null = null;
  #make: Make | null = null;
  #onBytes: (record: string, doneBytes: number) => void = () => {};

  constructor(factory = globalThis.indexedDB) {
    this.#factory = factory;
  }

  async open(job: LaneJob, onBytes: (record: string, doneBytes: number) => void): Promise<void> {
    await holdLane(job.id);
    this.#onBytes = onBytes;
    this.#store = await openModelStore(job.id, this.#factory);
    this.#make = await makerOf(job, await fileDraft(job.id, this.#store), this.#factory);
  }

  async make(record: string): Promise<MadeRecord> {
    const [store, make] = [this.#store, this.#make];
    if (store === null || make === null) throw new Error('a record was asked for before the lane was open');
    return retryRefusedBlob(async () => {
      const { made, blob } = await make(record, (bytes) => this.#onBytes(record, bytes));
      await store.commit(made, blob);
      return made;
    });
  }
}

async function makerOf(
  { source, journal, requestsInFlight }: LaneJob,
  draft: RecordDraft,
  indexedDB: IDBFactory,
): Promise<Make> {
  const { manifest, identity, heads, texts, formats } = journal;
  if (source.kind === 'pruned') {
    return pruning(await openModelToPrune(source, { indexedDB, expected: identity }), draft);
  }
  if (manifest) {
    const opened = await openSource(source, { requestsInFlight });
    return fetching(folderPackSource(opened.folder), manifest, draft);
  }
  const opened = await openSource(source, { expected: identity, heads, requestsInFlight });
  return converting(await openCheckpointOf(opened), packLayout(texts.config, formats), draft);
}

/**
 * Memory: the chunks that are read ahead, a piece, and the record's scales (see {@link convertRecord}), about 35 MB for an expert of Mixtral
 * 8x7B, the same buffers for each record. With the worker itself, some 80 MB; the whole browser takes 455 to 480 MB more while four of them
 * import, 300 to 340 MB with two (scripts/wide-import.mjs).
 */
export function converting(checkpoint: Checkpoint, layout: PackLayout, draft: RecordDraft): Make {
  const memory = new ReusedBuffers();
  return async (record, onBytes) => {
    let doneBytes = 0;
    await draft.begin();
    const write = (piece: Uint8Array<ArrayBuffer>): void => {
      draft.write(piece);
      doneBytes += piece.byteLength;
      onBytes(doneBytes);
    };
    const made = await convertRecord(checkpoint, layout, record, write, undefined, memory);
    return { made, blob: await draft.end() };
  };
}

/** A pack's records are right by their hashes, whatever file they came from. */
export function fetching(source: PackSource, manifest: Manifest, draft: RecordDraft): Make {
  const entries = new Map(manifest.records.map((entry) => [entry.name, entry]));
  return async (record, onBytes) => {
    const entry = entries.get(record);
    if (!entry) throw new Error(`${record} is no record of the pack`);
    const blob = await fetchRecord(source, manifest, entry, { onBytes, draft });
    return { made: { entry, sourceSha256: '', errors: {} }, blob };
  };
}
