/** Decides which resident expert gives up its slot. Keys are `layer * nExperts + expert`. */
export interface EvictionPolicy {
  /**
   * A token's router: its picks in a layer, the highest score first, and the softmax over all of the layer's experts. Told once for each token
   * and layer, in order; `token` never falls.
   */
  observe(token: number, layer: number, picks: readonly number[], scores: ArrayLike<number>): void;
  /** The key to evict of a non-empty list, while `layer` wants a slot. */
  victim(candidates: readonly number[], layer: number): number;
}

/** What a policy is made for. */
export interface PolicyShape {
  nLayers: number;
  nExperts: number;
  topK: number;
}

/** Least recently used; among equals, the one whose router score was lower, then the lower key. */
export class LruPolicy implements EvictionPolicy {
  readonly #nExperts: number;
  readonly #usedAt: Float64Array;
  readonly #score: Float32Array;

  constructor({ nLayers, nExperts }: PolicyShape) {
    this.#nExperts = nExperts;
    this.#usedAt = new Float64Array(nLayers * nExperts).fill(-1);
    this.#score = new Float32Array(nLayers * nExperts);
  }

  observe(token: number, layer: number, picks: readonly number[], scores: ArrayLike<number>): void {
    for (const expert of picks) {
      const key = layer * this.#nExperts + expert;
      this.#usedAt[key] = token;
      this.#score[key] = scores[expert] ?? 0;
    }
  }

  victim(candidates: readonly number[]): number {
    return candidates.reduce((best, key) => (this.#before(key, best) ? key : best));
  }

  #before(a: number, b: number): boolean {
    const byUse = (this.#usedAt[a] ?? 0) - (this.#usedAt[b] ?? 0);
    if (byUse !== 0) return byUse < 0;
    const byScore = (this.#score[a] ?? 0) - (this.#score[b] ?? 0);
    return byScore !== 0 ? byScore < 0 : a < b;
  }
}

/** The candidate of the lowest value; among equals the lowest key. */
export function lowest(candidates: readonly number[], worth: (key: number) => number): number {
  let best = candidates[0] ?? -1;
  let least = Number.POSITIVE_INFINITY;
  for (const key of candidates) {
    const value = worth(key);
    if (value > least || (value === least && key > best)) continue;
    [best, least] = [key, value];
  }
  return best;
}
