import { MixtabError } from '../protocol/errors';

/** Buffers that are lent for one piece at a time, so that page-ins make no garbage. */
export interface BufferPool {
  readonly bufferBytes: number;
  /** Throws `storage-failed` where the browser refuses the memory. */
  take(): ArrayBuffer;
  /** Takes a buffer back; one that has been transferred away, is of another size or was kept is dropped. */
  give(buffer: ArrayBuffer): void;
  /** The borrower keeps this one. */
  keep(buffer: ArrayBuffer): void;
}

/** Buffers of `bytes`; up to `most` are kept for later. */
export function bufferPool(bytes: number, most = 4): BufferPool {
  const free: ArrayBuffer[] = [];
  const kept = new WeakSet<ArrayBuffer>();
  return {
    bufferBytes: bytes,
    take: () => free.pop() ?? allocate(bytes),
    give(buffer) {
      if (buffer.byteLength === bytes && !kept.has(buffer) && free.length < most) free.push(buffer);
    },
    keep: (buffer) => void kept.add(buffer),
  };
}

function allocate(bytes: number): ArrayBuffer {
  try {
    return new ArrayBuffer(bytes);
  } catch (error) {
    const message = `reading from storage: expected memory for a buffer of ${bytes} bytes, got none`;
    throw new MixtabError('storage-failed', message, 'Close other tabs, or give experts less memory.', {}, error);
  }
}
