import type { ByteSource } from '../lib/byte-source';
import { damaged } from './gguf-errors';

/** Real headers have 1 to 12 MB, most of it the vocabulary. */
const MAX_HEADER_BYTES = 32 * 1024 * 1024;
/**
 * Values of all metadata together, list items included: what bounds the time and memory of a header made to fill it. Mixtral has 100,000
 * (tokens, scores and types), 160,000 where its merges are listed too.
 */
const MAX_VALUES = 2 ** 19;
const FIRST_READ_BYTES = 256 * 1024;

/** A read went past the window; {@link GgufCursor.entry} widens it and starts the entry again. */
class NeedMore extends Error {
  constructor(readonly end: number) {
    super('more bytes needed');
  }
}

/**
 * Reads a header front to back. What stands in it is decoded from a window in memory, without awaiting a read for every number, and
 * nothing is allocated by a count that the file claims: every count is first held against the bytes that are left.
 */
export class GgufCursor {
  /** Absolute, in the source. */
  position = 0;
  /** What is being read, for messages. */
  what = 'the header';
  private window = new DataView(new ArrayBuffer(0));
  private windowStart = 0;
  private values = 0;

  constructor(readonly source: ByteSource) {}

  /** Runs `parse`, which reads from here on; again from its start whenever the window was too short. */
  async entry<T>(parse: () => T): Promise<T> {
    const start = this.position;
    const values = this.values;
    for (;;) {
      try {
        return parse();
      } catch (error) {
        if (!(error instanceof NeedMore)) throw error;
        const wanted = Math.max(
          error.end - start,
          4 * (this.windowStart + this.window.byteLength - start),
          FIRST_READ_BYTES,
        );
        const bytes = await this.source.read(start, Math.min(wanted, this.source.size - start));
        this.window = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
        this.windowStart = start;
        this.position = start;
        this.values = values;
      }
    }
  }

  u8(): number {
    return this.window.getUint8(this.take(1));
  }
  i8(): number {
    return this.window.getInt8(this.take(1));
  }
  u16(): number {
    return this.window.getUint16(this.take(2), true);
  }
  i16(): number {
    return this.window.getInt16(this.take(2), true);
  }
  u32(): number {
    return this.window.getUint32(this.take(4), true);
  }
  i32(): number {
    return this.window.getInt32(this.take(4), true);
  }
  f32(): number {
    return this.window.getFloat32(this.take(4), true);
  }
  f64(): number {
    return this.window.getFloat64(this.take(8), true);
  }
  /** A bigint only where a number could not hold it exactly. */
  u64(): number | bigint {
    const at = this.take(8);
    const high = this.window.getUint32(at + 4, true);
    // Lengths are 64-bit too, and a bigint for each would take half of the time.
    if (high < 2 ** 21) return high * 2 ** 32 + this.window.getUint32(at, true);
    return this.window.getBigUint64(at, true);
  }
  i64(): number | bigint {
    const value = this.window.getBigInt64(this.take(8), true);
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }

  /** An unsigned 64-bit number of things of which each takes at least `leastBytes` of what is left of the file. */
  count(leastBytes: number): number {
    const count = this.u64();
    const most = Math.floor((this.source.size - this.position) / leastBytes);
    if (count > most) throw this.invalid(`at most ${most} in the bytes that are left`, `a count of ${count}`);
    return Number(count);
  }

  /** Call once for each metadata value. */
  countValue(): void {
    if (++this.values > MAX_VALUES) throw this.invalid(`at most ${MAX_VALUES} values in all`, 'more');
  }

  string(): string {
    const length = this.count(1);
    const at = this.take(length);
    const bytes = new Uint8Array(this.window.buffer, this.window.byteOffset + at, length);
    try {
      return utf8.decode(bytes);
    } catch {
      throw this.invalid('UTF-8 text', 'other bytes');
    }
  }

  invalid(expected: string, got: string) {
    return damaged(this.source.name, `${expected} for ${this.what}`, got);
  }

  /** Moves past `length` bytes; returns where in the window they begin. */
  private take(length: number): number {
    const end = this.position + length;
    if (end > this.source.size)
      throw this.invalid(`${length} bytes`, `the file's end at ${this.source.size} (cut short?)`);
    if (end > MAX_HEADER_BYTES) throw this.invalid(`a header of at most ${MAX_HEADER_BYTES} bytes`, 'more');
    if (end > this.windowStart + this.window.byteLength) throw new NeedMore(end);
    const at = this.position - this.windowStart;
    this.position = end;
    return at;
  }
}

// A byte order mark is text here: a vocabulary can have it as a token.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
