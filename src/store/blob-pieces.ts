/** Buffers that are lent for one read at a time, so that page-ins make no garbage. */
export interface BufferPool {
  take(): ArrayBuffer;
  /** Takes a buffer back; one that has been transferred away is dropped. */
  give(buffer: ArrayBuffer): void;
}

/** Buffers of `bytes`; up to `most` are kept for later. */
export function bufferPool(bytes: number, most = 4): BufferPool {
  const free: ArrayBuffer[] = [];
  return {
    take: () => free.pop() ?? new ArrayBuffer(bytes),
    give(buffer) {
      if (buffer.byteLength === bytes && free.length < most) free.push(buffer);
    },
  };
}

export interface BlobPiecesOptions {
  /** Time without a piece after which the stream is given up and the rest is read in slices. */
  stallMs: number;
  openStream(blob: Blob): ReadableStream<Uint8Array<ArrayBuffer>>;
}

/**
 * Readers in use. Without a reference from a global, Chromium 156 now and then loses a byte stream in the middle of a read, probably to
 * garbage collection, and the read never settles (about 1 in 60 reads of 64 MiB).
 */
const LIVE = new Set<ReadableStreamBYOBReader>();

/**
 * A Blob's bytes as consecutive pieces as long as the pool's buffers, the last one shorter. A piece is valid until the next is asked
 * for. When the Blob's file has been damaged the pieces may end early without an error: compare their sum with `blob.size`. Throws what
 * the browser throws when the file is gone (NotFoundError, NotReadableError, TypeError).
 */
export async function* blobPieces(
  blob: Blob,
  pool: BufferPool,
  { stallMs, openStream }: BlobPiecesOptions,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, void> {
  let buffer = pool.take();
  const pieceBytes = buffer.byteLength;
  const reader = byteReader(openStream(blob));
  if (reader) LIVE.add(reader);
  let offset = 0;
  try {
    while (reader && offset < blob.size) {
      const length = Math.min(pieceBytes, blob.size - offset);
      const piece = await within(stallMs, fill(reader, buffer, length));
      if (piece === null) break;
      buffer = piece.buffer;
      yield piece;
      offset += piece.byteLength;
      if (piece.byteLength < length) return;
    }
    for (; offset < blob.size; offset += pieceBytes) {
      yield new Uint8Array(await blob.slice(offset, offset + pieceBytes).arrayBuffer());
    }
  } finally {
    if (reader) {
      LIVE.delete(reader);
      // Not awaited: a stream that hangs may also hang here, and there is nothing to learn from it.
      reader.cancel().catch(() => {});
    }
    pool.give(buffer);
  }
}

/** Null where the browser's Blob streams are no byte streams. */
function byteReader(stream: ReadableStream<Uint8Array<ArrayBuffer>>): ReadableStreamBYOBReader | null {
  try {
    return stream.getReader({ mode: 'byob' });
  } catch {
    return null;
  }
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
