import type { Checkpoint } from '../checkpoint/checkpoint';
import { convertRecord } from '../checkpoint/convert-record';
import type { MadeRecord } from '../checkpoint/made-record';
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
import { retryRefusedBlob } from '../store/refused-blob';
import { holdLane } from './locks';

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

/** A record as it goes into the store: a Blob of Blobs, whose bytes the browser keeps outside of the worker's heap. */
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
    this.#make = await makerOf(job);
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

async function makerOf({ source, journal, requestsInFlight }: LaneJob): Promise<Make> {
  const { manifest, identity, texts, formats } = journal;
  if (manifest) {
    const opened = await openSource(source, { requestsInFlight });
    return fetching(folderPackSource(opened.folder), manifest);
  }
  const opened = await openSource(source, { expected: identity, requestsInFlight });
  return converting(await openCheckpointOf(opened), packLayout(texts.config, formats));
}

/** Memory: some chunks of the source, a piece, and the record's scales; see {@link convertRecord}. */
export function converting(checkpoint: Checkpoint, layout: PackLayout): Make {
  return async (record, onBytes) => {
    const pieces: Blob[] = [];
    let doneBytes = 0;
    const made = await convertRecord(checkpoint, layout, record, (piece) => {
      pieces.push(new Blob([piece]));
      doneBytes += piece.byteLength;
      onBytes(doneBytes);
    });
    return { made, blob: new Blob(pieces) };
  };
}

/** A pack's records are right by their hashes, whatever file they came from. */
export function fetching(source: PackSource, manifest: Manifest): Make {
  const entries = new Map(manifest.records.map((entry) => [entry.name, entry]));
  return async (record, onBytes) => {
    const entry = entries.get(record);
    if (!entry) throw new Error(`${record} is no record of the pack`);
    const blob = await fetchRecord(source, manifest, entry, { onBytes });
    return { made: { entry, sourceSha256: '', errors: {} }, blob };
  };
}
