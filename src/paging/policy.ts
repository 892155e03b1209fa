/** Decides which resident expert gives up its slot. Keys are `layer * nExperts + expert`. */
export interface EvictionPolicy {
  /** The router picked the expert at this tick with this score (its softmax weight among all experts, or 1 in prefill). */
  touch(key: number, tick: number, score: number): void;
  /** The key to evict, of a non-empty list. */
  victim(candidates: number[]): number;
}

/** Least recently used; among equals, the one whose router score was lower, then the lower key. */
export class LruPolicy implements EvictionPolicy {
  readonly #tick: Float64Array;
  readonly #score: Float32Array;

  constructor(keys: number) {
    this.#tick = new Float64Array(keys).fill(-1);
    this.#score = new Float32Array(keys);
  }

  touch(key: number, tick: number, score: number): void {
    this.#tick[key] = tick;
    this.#score[key] = score;
  }

  victim(candidates: number[]): number {
    return candidates.reduce((best, key) => (this.#before(key, best) ? key : best));
  }

  #before(a: number, b: number): boolean {
    const byTick = (this.#tick[a] ?? 0) - (this.#tick[b] ?? 0);
    if (byTick !== 0) return byTick < 0;
    const byScore = (this.#score[a] ?? 0) - (this.#score[b] ?? 0);
    return byScore !== 0 ? byScore < 0 : a < b;
  }
}
