import { throwIfAborted } from '../lib/abort';
import type { RecordEntry } from '../pack/manifest';
import { MixtabError } from '../protocol/errors';
import { type BlobPiecesOptions, blobPieces } from './blob-pieces';
import type { BufferPool } from './buffer-pool';
import { pieceLength, verifyPiece } from './pieces';
import { recordBroken } from './store-errors';

/** Pieces `first` to `end` of a record, `end` not included. */
export interface Stripe {
  first: number;
  end: number;
}

export interface VerifiedPiecesOptions {
  stallMs?: BlobPiecesOptions['stallMs'] | undefined;
  openStream?: BlobPiecesOptions['openStream'] | undefined;
  turn?: BlobPiecesOptions['turn'] | undefined;
  /** Default: all of the record. */
  stripe?: Stripe | undefined;
  /** False for a Blob whose every piece is known to be right: then lengths alone are compared. */
  hashing?: boolean | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * The bytes of a stored record, or of a stripe of it, first to last, in pieces as long as the pool's buffers (the pack's `pieceBytes`), each
 * compared with its hash before it is given out; a piece is valid until the next is asked for, unless its buffer is kept. Throws `record-broken`
 * where the Blob is not there, its bytes cannot be read, or are not the record's; `aborted`.
 */
export async function* verifiedPieces(
  record: RecordEntry,
  blob: Blob | undefined,
  pieceBytes: number,
  pool: BufferPool,
  options: VerifiedPiecesOptions = {},
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, void> {
  const { hashing = true, signal, stallMs = 5000, openStream = (opened) => opened.stream() } = options;
  const { turn = async () => {}, stripe = { first: 0, end: Number.POSITIVE_INFINITY } } = options;
  const broken = (got: string, cause?: unknown) =>
    recordBroken(record.name, 'the store', { expected: `${record.bytes} bytes`, got }, cause);
  if (!blob) throw broken('nothing');
  if (blob.size !== record.bytes) throw broken(`${blob.size}`);
  let offset = stripe.first * pieceBytes;
  const end = Math.min(stripe.end * pieceBytes, record.bytes);
  const bytes = blob.slice(offset, end);
  const pieces = blobPieces(bytes, pool, { stallMs, openStream, turn, signal });
  for await (const piece of translated(pieces, (error) => broken('no bytes', error))) {
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
  if (offset !== end) throw broken(`${offset}`);
}

/** The sequence with the browser's errors, not those of its reader's loop, translated. */
async function* translated<T>(
  sequence: AsyncIterable<T>,
  translate: (error: unknown) => MixtabError,
): AsyncGenerator<T> {
  try {
    yield* sequence;
  } catch (error) {
    throw error instanceof MixtabError ? error : translate(error);
  }
}
