import { hashOfHashes, type MadeRecord } from '../checkpoint/made-record';
import { sha256, toHex } from '../lib/sha256';
import { layoutOf, type PackLayout } from '../pack/layout';
import { PIECE_BYTES } from '../pack/manifest';
import { type ModelStore, openModelStore } from '../store/model-store';
import { retryRefusedBlob } from '../store/refused-blob';
import { fillRecord } from './fill-record';
import { type SyntheticModel, syntheticId, syntheticLayout } from './shape';

/** What a worker that makes records of a synthetic model exposes. */
export interface SyntheticLaneApi {
  /** Once, before all. */
  open(model: SyntheticModel): Promise<void>;
  /** Makes a record and commits it. One at a time. Rejects with `storage-full` or `storage-failed`. */
  make(record: string): Promise<MadeRecord>;
}

/** Memory: the longest record, and what the browser holds of it until it is stored. */
export class SyntheticLane implements SyntheticLaneApi {
  #pack: PackLayout | null = null;
  #store: ModelStore | null = null;
  #buffer = new ArrayBuffer(0);

  async open(model: SyntheticModel): Promise<void> {
    this.#pack = syntheticLayout(model);
    this.#store = await openModelStore(syntheticId(model));
  }

  async make(record: string): Promise<MadeRecord> {
    const [pack, store] = [this.#pack, this.#store];
    if (pack === null || store === null) throw new Error('a record was asked for before the lane was open');
    const { bytes } = layoutOf(pack, record);
    if (this.#buffer.byteLength < bytes) this.#buffer = new ArrayBuffer(bytes);
    const whole = new Uint8Array(this.#buffer, 0, bytes);
    fillRecord(pack, record, whole);
    const made = await madeOf(record, whole);
    await retryRefusedBlob(() => store.commit(made, new Blob([whole])));
    return made;
  }
}

async function madeOf(name: string, whole: Uint8Array<ArrayBuffer>): Promise<MadeRecord> {
  const pieces = Array.from({ length: Math.ceil(whole.byteLength / PIECE_BYTES) }, (_, i) =>
    whole.subarray(i * PIECE_BYTES, (i + 1) * PIECE_BYTES),
  );
  const hashes = await Promise.all(pieces.map(sha256));
  const entry = { name, bytes: whole.byteLength, sha256: hashes.map(toHex) };
  // There is no other source than the recipe: the record stands for it.
  return { entry, sourceSha256: await hashOfHashes(hashes), errors: {} };
}
