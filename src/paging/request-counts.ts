/** How often each key was asked for, older requests counting less: half as much after `halfLife` further ones, of any key. */
export class RequestCounts {
  readonly #counts = new Map<number, number>();
  readonly #growth: number;
  /** What a request counts now. It grows, in place of all counts shrinking. */
  #weight = 1;

  constructor(halfLife: number) {
    this.#growth = 2 ** (1 / halfLife);
  }

  add(key: number): void {
    this.#weight *= this.#growth;
    this.#counts.set(key, this.of(key) + this.#weight);
    if (this.#weight < 1e100) return;
    for (const [each, count] of this.#counts) this.#counts.set(each, count / this.#weight);
    this.#weight = 1;
  }

  /** Comparable with that of other keys, not with earlier ones. */
  of(key: number): number {
    return this.#counts.get(key) ?? 0;
  }
}
