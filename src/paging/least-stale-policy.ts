import { type EvictionPolicy, lowest, type PolicyShape } from './policy';

/**
 * Least-Stale (SpecMD, arXiv 2602.03921), for a pool that layers share. First go experts whose layer this token has passed without them, the
 * longest unused first; then those that it has used, the layer just passed first, as its turn is the farthest off; experts of the layers still
 * ahead go last.
 */
export class LeastStalePolicy implements EvictionPolicy {
  readonly #shape: PolicyShape;
  readonly #usedAt: Float64Array;
  #token = 0;

  constructor(shape: PolicyShape) {
    this.#shape = shape;
    this.#usedAt = new Float64Array(shape.nLayers * shape.nExperts).fill(-1);
  }

  observe(token: number, layer: number, picks: readonly number[]): void {
    this.#token = token;
    for (const expert of picks) this.#usedAt[layer * this.#shape.nExperts + expert] = token;
  }

  victim(candidates: readonly number[], layer: number): number {
    const { nLayers, nExperts } = this.#shape;
    return lowest(candidates, (key) => {
      const of = Math.floor(key / nExperts);
      const usedAt = this.#usedAt[key] ?? -1;
      const until = of > layer ? of - layer : of - layer + nLayers;
      // Three classes, each with its own order: token numbers stay far below.
      if (of <= layer && usedAt < this.#token) return usedAt - 2e12;
      if (of <= layer) return -1e12 - until;
      return usedAt - until / (nLayers + 1);
    });
  }
}
