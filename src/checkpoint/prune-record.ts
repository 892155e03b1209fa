import { ReusedBuffers } from '../lib/reused-buffers';
import { fromHex } from '../lib/sha256';
import { layoutOf, type PackLayout, packLayout } from '../pack/layout';
import type { Manifest, RecordEntry } from '../pack/manifest';
import { type Copy, checkKeep, prunedLayout, prunedRecord } from '../pack/prune-pack';
import type { CheckpointTexts } from './checkpoint';
import { hashOfHashes, type MadeRecord } from './made-record';
import { PieceWriter, type WritePiece } from './piece-writer';

/** A pack of which some experts are to be left out. */
export interface PackToPrune {
  manifest: Manifest;
  keep: number[][];
  before: PackLayout;
  after: PackLayout;
  /** Of the pruned pack. */
  texts: CheckpointTexts;
}

/** Throws `request-invalid` where the experts to keep are not right. */
export function packToPrune(manifest: Manifest, keep: unknown): PackToPrune {
  const { name, config, formats, tokenizer, generation } = manifest;
  const kept = checkKeep(config, keep);
  const pruned = { experts: config.nExperts, keep: kept };
  return {
    manifest,
    keep: kept,
    before: packLayout(config, formats),
    after: prunedLayout(manifest, kept),
    texts: { name, revision: manifest.source.revision, tokenizer, generation, pruned },
  };
}

/** The record, as it was before, that the pruned pack's record of this name is made of. */
export interface RecordToPrune {
  source: RecordEntry;
  copies: Copy[] | null;
}

/** Throws RangeError for a name that the pruned pack does not have. */
export function recordToPrune({ manifest, before, after, keep }: PackToPrune, name: string): RecordToPrune {
  const { source, copies } = prunedRecord(before, after, keep, name);
  const entry = manifest.records.find((record) => record.name === source);
  if (!entry) throw new RangeError(`record ${source}: no such record in the pack`);
  return { source: entry, copies };
}

/**
 * Makes one record of a pruned pack of `pieces`, the verified bytes of its source in order; each is needed until the next is asked for. Memory: a
 * piece. Throws what `pieces` and `write` throw.
 */
export async function pruneRecord(
  pack: PackToPrune,
  name: string,
  pieces: AsyncIterable<Uint8Array>,
  write: WritePiece,
  memory = new ReusedBuffers(),
): Promise<MadeRecord> {
  const { source, copies } = recordToPrune(pack, name);
  const { bytes } = layoutOf(pack.after, name);
  const writer = new PieceWriter(bytes, write, memory);
  const left = [...(copies ?? [{ from: 0, to: 0, bytes }])];
  let offset = 0;
  for await (const piece of pieces) {
    const end = offset + piece.byteLength;
    for (let copy = left[0]; copy && copy.from < end; copy = left[0]) {
      const some = piece.subarray(copy.from - offset, copy.from - offset + copy.bytes);
      await writer.appendAt(copy.to, some);
      left.shift();
      const rest = copy.bytes - some.byteLength;
      if (rest > 0) left.unshift({ from: copy.from + some.byteLength, to: copy.to + some.byteLength, bytes: rest });
    }
    offset = end;
  }
  if (left.length > 0) throw new RangeError(`record ${source.name}: expected ${source.bytes} bytes, got ${offset}`);
  await writer.end(bytes);
  return prunedAs({ name, bytes, sha256: writer.sha256 }, source);
}

/** What is known of a record of a pruned pack. The chunks that its source's hash is over are the source's pieces. */
export async function prunedAs(entry: RecordEntry, source: RecordEntry): Promise<MadeRecord> {
  return { entry, sourceSha256: await hashOfHashes(source.sha256.map(fromHex)), errors: {} };
}
