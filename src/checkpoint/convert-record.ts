import { ReusedBuffers } from '../lib/reused-buffers';
import { sha256 } from '../lib/sha256';
import { layoutOf, type PackLayout, type Part } from '../pack/layout';
import { MixtabError } from '../protocol/errors';
import { type Checkpoint, chunkValues, type RowChunk } from './checkpoint';
import { hashOfHashes, type MadeRecord, type TensorError } from './made-record';
import { PackedPart } from './packed-part';
import { PieceWriter, type WritePiece } from './piece-writer';
import { readAhead } from './read-ahead';

/**
 * Makes one record of a pack. Its bytes go to `write` in pieces of PIECE_BYTES (the last may be shorter) while the source is read in
 * chunks: codes as they come, as their planes lie first in a record; scales are kept to the end. Memory: a few chunks, a piece, and the
 * record's scale planes, all of it `memory`. Throws what the source and `write` throw, `checkpoint-invalid` for weights that are not
 * finite, `aborted`.
 */
export async function convertRecord(
  checkpoint: Pick<Checkpoint, 'chunks'>,
  pack: PackLayout,
  name: string,
  write: WritePiece,
  signal?: AbortSignal,
  memory = new ReusedBuffers(),
): Promise<MadeRecord> {
  const layout = layoutOf(pack, name);
  const writer = new PieceWriter(layout.bytes, write, memory);
  const matrices = new Map<Part, PackedPart>();
  for (const part of layout.parts)
    if (part.format !== 'f32') matrices.set(part, new PackedPart(part, part.format, memory));

  const hashes: Uint8Array<ArrayBuffer>[] = [];
  const reads = layout.parts.flatMap((part) =>
    checkpoint.chunks(name, part.tensor).map(({ read }) => async (stop: AbortSignal) => ({
      part,
      chunk: await read(stop, memory),
    })),
  );
  for await (const { part, chunk } of readAhead(reads, signal)) {
    const hash = sha256(chunk.stored);
    const matrix = matrices.get(part);
    const { offset, codes } = matrix ? matrix.pack(chunk) : plainValues(part, chunk);
    if (codes === null) throw notFinite(name, part.tensor);
    await writer.appendAt(offset, codes);
    hashes.push(await hash);
    for (const used of [chunk.stored, chunk.ordered, codes]) memory.give(used);
  }
  const errors: Record<string, TensorError> = {};
  for (const [part, matrix] of matrices) {
    await writer.appendAt(matrix.scaleOffset, matrix.scaleBytes);
    errors[part.tensor] = matrix.error;
    memory.give(matrix.scaleBytes);
  }
  await writer.end(layout.bytes);
  return {
    entry: { name, bytes: layout.bytes, sha256: writer.sha256 },
    sourceSha256: await hashOfHashes(hashes),
    errors,
  };
}

/** Rows of an f32 tensor, and where they stand in the record; null where they are not finite. */
function plainValues(part: Part, chunk: RowChunk): { offset: number; codes: Uint8Array<ArrayBuffer> | null } {
  const values = chunkValues(chunk);
  const offset = (part.planes.values?.offset ?? 0) + chunk.firstRow * chunk.cols * 4;
  return { offset, codes: values.every(Number.isFinite) ? new Uint8Array(values.buffer) : null };
}

function notFinite(record: string, tensor: string): MixtabError {
  return new MixtabError(
    'checkpoint-invalid',
    `${tensor} of ${record}: expected finite numbers, got NaN or infinity`,
    'The checkpoint is damaged: download it again.',
    { record, tensor },
  );
}
