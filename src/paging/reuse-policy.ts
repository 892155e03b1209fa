import { type EvictionPolicy, lowest, type PolicyShape } from './policy';
import { Transitions } from './transitions';

/** No probability is taken to be less: what has never been picked may still be. */
const LEAST = 0.02;

/**
 * Evicts the expert whose next use is expected to be the farthest off: the layers until its own is visited again, and then a round of all layers for
 * each token that passes it by. The probability that a token picks it is learned from what followed the same picks before.
 */
export class ReusePolicy implements EvictionPolicy {
  readonly #shape: PolicyShape;
  readonly #transitions: Transitions;
  /** By key: the probability that the next token to visit its layer picks it. */
  readonly #chance: Float32Array;

  constructor(shape: PolicyShape) {
    this.#shape = shape;
    this.#transitions = new Transitions(shape);
    this.#chance = new Float32Array(shape.nLayers * shape.nExperts).fill(shape.topK / shape.nExperts);
  }

  observe(_token: number, layer: number, picks: readonly number[]): void {
    this.#transitions.observe(layer, picks);
    this.#chance.set(this.#transitions.predict(layer, picks), layer * this.#shape.nExperts);
  }

  victim(candidates: readonly number[], layer: number): number {
    const { nLayers, nExperts } = this.#shape;
    return lowest(candidates, (key) => {
      const of = Math.floor(key / nExperts);
      const until = of > layer ? of - layer : of - layer + nLayers;
      return -(until + nLayers * (1 / Math.max(LEAST, this.#chance[key] ?? 0) - 1));
    });
  }
}
