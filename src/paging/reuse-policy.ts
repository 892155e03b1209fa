import { Forecast } from './forecast';
import { type EvictionPolicy, lowest, type PolicyShape } from './policy';

/** Rounds of all layers that are added to an expert's wait: it is not the next visit alone that counts. Anything from none to one does about as well. */
const LATER = 0.25;

/**
 * Evicts the expert whose slot is worth least: the probability that its next visitor picks it, over the layers until then. With slots for
 * less than one token's picks that keeps the experts of the layers to come, where recency would throw out each just before its turn.
 */
export class ReusePolicy implements EvictionPolicy {
  readonly #shape: PolicyShape;
  readonly #forecast: Forecast;

  constructor(shape: PolicyShape) {
    this.#shape = shape;
    this.#forecast = new Forecast(shape);
  }

  observe(_token: number, layer: number, picks: readonly number[], scores: ArrayLike<number>): void {
    this.#forecast.observe(layer, picks, scores);
  }

  victim(candidates: readonly number[], layer: number): number {
    const { nLayers, nExperts } = this.#shape;
    return lowest(candidates, (key) => {
      const of = Math.floor(key / nExperts);
      const until = of > layer ? of - layer : of - layer + nLayers;
      return (this.#forecast.chance[key] ?? 0) / (until + LATER * nLayers);
    });
  }
}
