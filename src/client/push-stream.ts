/** Values pushed on one side, taken with `for await` on the other. Leaving the loop early calls `onLeave`. */
export class PushStream<T> implements AsyncIterableIterator<T> {
  readonly #onLeave: () => void;
  readonly #ready: T[] = [];
  readonly #waiting: (() => void)[] = [];
  #end: { error: unknown } | 'done' | null = null;

  constructor(onLeave: () => void = () => {}) {
    this.#onLeave = onLeave;
  }

  push(value: T): void {
    if (this.#end === null) this.#ready.push(value);
    this.#wake();
  }

  /** What was pushed before is still delivered. */
  end(): void {
    this.#end ??= 'done';
    this.#wake();
  }

  /** What was pushed before is still delivered; then `next` rejects once. */
  fail(error: unknown): void {
    this.#end ??= { error };
    this.#wake();
  }

  async next(): Promise<IteratorResult<T>> {
    while (this.#ready.length === 0 && this.#end === null) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    const value = this.#ready.shift();
    if (value !== undefined) return { done: false, value };
    if (this.#end === null || this.#end === 'done') return { done: true, value: undefined };
    const { error } = this.#end;
    this.#end = 'done';
    throw error;
  }

  async return(): Promise<IteratorResult<T>> {
    if (this.#end === null) {
      this.end();
      this.#onLeave();
    }
    this.#ready.length = 0;
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
