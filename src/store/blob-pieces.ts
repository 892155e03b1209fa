import { untilAborted } from '../lib/abort';
import type { BufferPool } from './buffer-pool';

export interface BlobPiecesOptions {
  /** Time without a piece after which the stream is given up and the rest is read in slices. */
  stallMs: number;
  openStream(blob: Blob): ReadableStream<Uint8Array<ArrayBuffer>>;
  /** Waited for before each piece. */
  turn(): Promise<void>;
  signal: AbortSignal | undefined;
}

/**
 * Readers in use. Without a reference from a global, Chromium 156 now and then loses a byte stream in the middle of a read, probably to
 * garbage collection, and the read never settles (about 1 in 60 reads of 64 MiB).
 */
const LIVE = new Set<ReadableStreamBYOBReader>();

/**
 * A Blob's bytes as consecutive pieces as long as the pool's buffers, the last one shorter. A piece is valid until the next is asked
 * for, or for good if the pool is told to keep its buffer. When the Blob's file has been damaged the pieces may end early without an error:
 * compare their sum with `blob.size`. Throws what the browser throws when the file is gone (NotFoundError, NotReadableError, TypeError); `aborted`,
 * at once; and what `turn` throws.
 */
export async function* blobPieces(
  blob: Blob,
  pool: BufferPool,
  { stallMs, openStream, turn, signal }: BlobPiecesOptions,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, void> {
  let reader: ReadableStreamBYOBReader | null | undefined;
  try {
    for (let offset = 0; offset < blob.size; offset += pool.bufferBytes) {
      await turn();
      const length = Math.min(pool.bufferBytes, blob.size - offset);
      if (reader === undefined) reader = byteReader(openStream(blob));
      let piece = reader && (await untilAborted(within(stallMs, fill(reader, pool.take(), length)), signal));
      if (!piece) {
        if (reader) release(reader);
        reader = null;
        piece = await untilAborted(slice(blob, offset, length), signal);
      }
      try {
        yield piece;
      } finally {
        pool.give(piece.buffer);
      }
      if (piece.byteLength < length) return;
    }
  } finally {
    if (reader) release(reader);
  }
}

async function slice(blob: Blob, offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer());
}

/** Null where the browser's Blob streams are no byte streams. */
function byteReader(stream: ReadableStream<Uint8Array<ArrayBuffer>>): ReadableStreamBYOBReader | null {
  try {
    const reader = stream.getReader({ mode: 'byob' });
    LIVE.add(reader);
    return reader;
  } catch {
    return null;
  }
}

function release(reader: ReadableStreamBYOBReader): void {
  LIVE.delete(reader);
  // Not awaited: a stream that hangs may also hang here, and there is nothing to learn from it.
  reader.cancel().catch(() => {});
}

/** Reads until `length` bytes are there or the stream ends; `buffer` is detached, its memory comes back under the result. */
async function fill(
  reader: ReadableStreamBYOBReader,
  buffer: ArrayBuffer,
  length: number,
): Promise<Uint8Array<ArrayBuffer>> {
  let memory = buffer;
  let filled = 0;
  while (filled < length) {
    // `min` saves round trips; a browser that does not know it returns less.
    const rest = length - filled;
    const { done, value } = await reader.read(new Uint8Array(memory, filled, rest), { min: rest });
    if (!value) return new Uint8Array(0); // cancelled: the memory is lost
    memory = value.buffer;
    filled += value.byteLength;
    if (done) break;
  }
  return new Uint8Array(memory, 0, filled);
}

async function within<T>(limitMs: number, work: Promise<T>): Promise<T | null> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), limitMs);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
