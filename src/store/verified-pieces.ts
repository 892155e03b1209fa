import { throwIfAborted } from '../lib/abort';
import type { RecordEntry } from '../pack/manifest';
import type { MixtabError } from '../protocol/errors';
import { type BlobPiecesOptions, type BufferPool, blobPieces } from './blob-pieces';
import { pieceLength, verifyPiece } from './pieces';
import { recordBroken } from './store-errors';

export interface VerifiedPiecesOptions {
  stallMs?: BlobPiecesOptions['stallMs'] | undefined;
  openStream?: BlobPiecesOptions['openStream'] | undefined;
  /** False for a Blob whose every piece is known to be right: then lengths alone are compared. */
  hashing?: boolean | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * A stored record's bytes, first to last, in pieces as long as the pool's buffers (the pack's `pieceBytes`), each compared with its hash
 * before it is given out; a piece is valid until the next is asked for. Throws `record-broken` where the Blob is not there, its bytes cannot
 * be read, or are not the record's; `aborted`.
 */
export async function* verifiedPieces(
  record: RecordEntry,
  blob: Blob | undefined,
  pieceBytes: number,
  pool: BufferPool,
  { hashing = true, signal, stallMs = 5000, openStream = (opened) => opened.stream() }: VerifiedPiecesOptions = {},
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, void> {
  const broken = (got: string, cause?: unknown) =>
    recordBroken(record.name, 'the store', { expected: `${record.bytes} bytes`, got }, cause);
  if (!blob) throw broken('nothing');
  if (blob.size !== record.bytes) throw broken(`${blob.size}`);
  let offset = 0;
  const pieces = translated(blobPieces(blob, pool, { stallMs, openStream }), (error) => broken('no bytes', error));
  for await (const piece of pieces) {
    throwIfAborted(signal);
    const index = offset / pieceBytes;
    if (piece.byteLength !== pieceLength(record, pieceBytes, index)) throw broken(`${offset + piece.byteLength}`);
    if (hashing) {
      await verifyPiece(record, index, piece, 'the store');
      throwIfAborted(signal);
    }
    offset += piece.byteLength;
    yield piece;
  }
  if (offset !== record.bytes) throw broken(`${offset}`);
}

/** The sequence with errors of its own, not those of its reader's loop, translated. */
async function* translated<T>(
  sequence: AsyncIterable<T>,
  translate: (error: unknown) => MixtabError,
): AsyncGenerator<T> {
  try {
    yield* sequence;
  } catch (error) {
    throw translate(error);
  }
}
