import type { PolicyShape } from './policy';

/** How fast a pair that was seen is forgotten: by half in 346 tokens of its first half. */
const MEMORY = 0.998;

/** What a pair must have been seen for to outweigh chance. */
const PRIOR = 4;

/** What follows what: for each layer, how often a token's pick was followed by each of the next token's. Learned online. */
export class Transitions {
  readonly #shape: PolicyShape;
  /** `[layer][from][to]` decayed counts. */
  readonly #counts: Float32Array;
  /** `[layer][from]` decayed counts. */
  readonly #seen: Float32Array;
  /** By layer: the latest token's picks. */
  readonly #latest: (readonly number[])[] = [];

  constructor(shape: PolicyShape) {
    const { nLayers, nExperts } = shape;
    this.#shape = shape;
    this.#counts = new Float32Array(nLayers * nExperts * nExperts);
    this.#seen = new Float32Array(nLayers * nExperts);
  }

  /** A layer's picks; those of one layer come token by token. */
  observe(layer: number, picks: readonly number[]): void {
    const { nExperts } = this.#shape;
    for (const from of this.#latest[layer] ?? []) {
      const row = layer * nExperts + from;
      this.#seen[row] = (this.#seen[row] ?? 0) * MEMORY + 1;
      for (let to = 0; to < nExperts; to++) {
        const at = row * nExperts + to;
        this.#counts[at] = (this.#counts[at] ?? 0) * MEMORY + Number(picks.includes(to));
      }
    }
    this.#latest[layer] = [...picks];
  }

  /** By expert: the probability, 0..1, that the token after one with these picks uses it. Sums to about top_k. */
  predict(layer: number, picks: readonly number[]): Float32Array {
    const { nExperts, topK } = this.#shape;
    const chance = topK / nExperts;
    const following = new Float32Array(nExperts).fill(picks.length > 0 ? 0 : chance);
    for (const from of picks) {
      const row = layer * nExperts + from;
      const seen = (this.#seen[row] ?? 0) + PRIOR;
      for (let to = 0; to < nExperts; to++) {
        const count = (this.#counts[row * nExperts + to] ?? 0) + PRIOR * chance;
        following[to] = (following[to] ?? 0) + count / seen / picks.length;
      }
    }
    return following;
  }
}
