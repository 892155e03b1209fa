import type { ReusedBuffers } from './reused-buffers';

/**
 * Random access to bytes that lie somewhere: a browser's File, a Node file, a URL that serves ranges. The checkpoint readers know
 * nothing else of their input.
 */
export interface ByteSource {
  /** For messages. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Exactly `length` bytes from `offset`; rejects when they are not there. They may be taken from `memory`; the caller gives them back. */
  read(offset: number, length: number, signal?: AbortSignal, memory?: ReusedBuffers): Promise<Uint8Array<ArrayBuffer>>;
}

/** Files of one folder, by name. */
export interface FileFolder {
  readonly name: string;
  /** Null when there is no such file. */
  open(file: string): Promise<ByteSource | null>;
}

/** A File, a Blob or plain bytes as a source. */
export function blobSource(blob: Blob, name: string): ByteSource {
  return {
    name,
    size: blob.size,
    async read(offset, length) {
      const bytes = new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer());
      if (bytes.length !== length) throw new RangeError(`${name}: ${length} bytes at ${offset}, got ${bytes.length}`);
      return bytes;
    },
  };
}
