import { type EvictionPolicy, lowest, type PolicyShape } from './policy';

/** How fast a use is forgotten: by half in 35 tokens. */
const MEMORY = 0.98;

/** Sums that fade with every token, by key. */
class Fading {
  readonly #sums: Float64Array;
  readonly #at: Float64Array;

  constructor(keys: number) {
    this.#sums = new Float64Array(keys);
    this.#at = new Float64Array(keys);
  }

  add(key: number, token: number, amount: number): void {
    this.#sums[key] = this.get(key, token) + amount;
    this.#at[key] = token;
  }

  get(key: number, token: number): number {
    return (this.#sums[key] ?? 0) * MEMORY ** (token - (this.#at[key] ?? 0));
  }
}

/** Least frequently used; uses fade with every token. */
export class LfuPolicy implements EvictionPolicy {
  readonly #nExperts: number;
  readonly #uses: Fading;
  #token = 0;

  constructor({ nLayers, nExperts }: PolicyShape) {
    this.#nExperts = nExperts;
    this.#uses = new Fading(nLayers * nExperts);
  }

  observe(token: number, layer: number, picks: readonly number[]): void {
    this.#token = token;
    for (const expert of picks) this.#uses.add(layer * this.#nExperts + expert, token, 1);
  }

  victim(candidates: readonly number[]): number {
    return lowest(candidates, (key) => this.#uses.get(key, this.#token));
  }
}

/** Least frequently and recently used (as vLLM's LFRU): how often, weighted by the router's score, over the tokens since it was used last. */
export class LfruPolicy implements EvictionPolicy {
  readonly #nExperts: number;
  readonly #uses: Fading;
  readonly #usedAt: Float64Array;
  #token = 0;

  constructor({ nLayers, nExperts }: PolicyShape) {
    this.#nExperts = nExperts;
    this.#uses = new Fading(nLayers * nExperts);
    this.#usedAt = new Float64Array(nLayers * nExperts);
  }

  observe(token: number, layer: number, picks: readonly number[], scores: ArrayLike<number>): void {
    this.#token = token;
    for (const expert of picks) {
      const key = layer * this.#nExperts + expert;
      this.#uses.add(key, token, scores[expert] ?? 0);
      this.#usedAt[key] = token;
    }
  }

  victim(candidates: readonly number[]): number {
    return lowest(candidates, (key) => this.#uses.get(key, this.#token) / (1 + this.#token - (this.#usedAt[key] ?? 0)));
  }
}
