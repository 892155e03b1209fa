const UNIT_BYTES = 4 * 1024 * 1024;

/**
 * Memory of work that needs large buffers again and again: what is given back is lent anew. Left to the collector, some 64 MB of such
 * buffers gather in each worker, and detaching them does not free what
 * the browser has hashed or written: its own object of it holds on.
 */
export class ReusedBuffers {
  readonly #free: ArrayBuffer[] = [];
  readonly #lent = new WeakSet<ArrayBuffer>();

  /** `most`: buffers kept for later. */
  constructor(private readonly most = 12) {}

  /** So many bytes of any content. */
  take(bytes: number): Uint8Array<ArrayBuffer> {
    const size = Math.max(1, Math.ceil(bytes / UNIT_BYTES)) * UNIT_BYTES;
    const at = this.#free.findLastIndex((buffer) => buffer.byteLength === size);
    const buffer = this.#free.splice(at, at < 0 ? 0 : 1)[0] ?? new ArrayBuffer(size);
    this.#lent.add(buffer);
    return new Uint8Array(buffer, 0, bytes);
  }

  /** Who gives must be done with the bytes. Others than were taken here, or have been given already, are left alone. */
  give({ buffer }: Uint8Array<ArrayBuffer>): void {
    if (!this.#lent.delete(buffer)) return;
    this.#free.push(buffer);
    // The longest there: of a size that is no longer asked for, it may be.
    if (this.#free.length > this.most) this.#free.shift();
  }
}
