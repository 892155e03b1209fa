import type { ReusedBuffers } from '../lib/reused-buffers';
import { sha256Hex } from '../lib/sha256';
import { PIECE_BYTES } from '../pack/manifest';

/** Takes a piece of a record, in order; the bytes are only valid during the call. */
export type WritePiece = (piece: Uint8Array<ArrayBuffer>) => Promise<void> | void;

/** Cuts what is written into pieces of {@link PIECE_BYTES}, in one buffer, and hashes each. */
export class PieceWriter {
  readonly sha256: string[] = [];
  private readonly buffer: Uint8Array<ArrayBuffer>;
  private filled = 0;
  private flushed = 0;

  /** `bytes`: of the whole record. */
  constructor(
    bytes: number,
    private readonly write: WritePiece,
    private readonly memory: ReusedBuffers,
  ) {
    this.buffer = memory.take(Math.min(PIECE_BYTES, bytes));
  }

  /** What belongs at `offset`; up to there come zeros. Throws RangeError when bytes beyond it are written already. */
  async appendAt(offset: number, bytes: Uint8Array): Promise<void> {
    const gap = offset - this.flushed - this.filled;
    if (gap < 0)
      throw new RangeError(`record: expected planes in order, got one at ${offset} behind byte ${offset - gap}`);
    if (gap > 0) await this.append(new Uint8Array(gap));
    await this.append(bytes);
  }

  /** Zeros up to the record's end, and the last piece; it writes no more. */
  async end(bytes: number): Promise<void> {
    await this.appendAt(bytes, new Uint8Array(0));
    if (this.filled > 0) await this.flush();
    this.memory.give(this.buffer);
  }

  private async append(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      const some = bytes.subarray(at, at + this.buffer.length - this.filled);
      this.buffer.set(some, this.filled);
      this.filled += some.length;
      at += some.length;
      if (this.filled === this.buffer.length) await this.flush();
    }
  }

  private async flush(): Promise<void> {
    const piece = this.buffer.subarray(0, this.filled);
    const [hash] = await Promise.all([sha256Hex(piece), this.write(piece)]);
    this.sha256.push(hash);
    this.flushed += this.filled;
    this.filled = 0;
  }
}
