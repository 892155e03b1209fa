/** The simulator's storage when nobody waits for it: experts are read one after the other, as far as time allows. */
export class BackgroundReads {
  /** Bytes that are still to be read, by key, in order. */
  readonly #left = new Map<number, number>();
  readonly #expertBytes: number;

  constructor(expertBytes: number) {
    this.#expertBytes = expertBytes;
  }

  get size(): number {
    return this.#left.size;
  }

  has(key: number): boolean {
    return this.#left.has(key);
  }

  keys(): number[] {
    return [...this.#left.keys()];
  }

  add(key: number): void {
    this.#left.set(key, this.#expertBytes);
  }

  /** Someone waits for it now, or nobody wants it any more. Returns the bytes that are still to be read. */
  take(key: number): number {
    const left = this.#left.get(key) ?? this.#expertBytes;
    this.#left.delete(key);
    return left;
  }

  /** Reads so many bytes of what is in line. Returns how many it did not need, and the keys that are whole now. */
  spend(bytes: number): { spare: number; whole: number[] } {
    const whole: number[] = [];
    let spare = bytes;
    for (const [key, left] of this.#left) {
      const now = Math.min(left, spare);
      spare -= now;
      if (now === left) {
        this.#left.delete(key);
        whole.push(key);
      } else this.#left.set(key, left - now);
      if (spare <= 0) break;
    }
    return { spare, whole };
  }
}
