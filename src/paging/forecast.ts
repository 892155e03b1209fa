import type { PolicyShape } from './policy';
import { Transitions } from './transitions';

/** Weights of the features below, to begin with: transitions and frequency share the say, the score moves it a little. */
const FIRST_WEIGHTS = [0, 0.3, 0.5, 0.5, 0];

/** Step of the learning. */
const RATE = 0.1;

/** How fast a pick is forgotten: by half in 14 tokens. */
const MEMORY = 0.95;

/** No probability is taken to be nearer to 0 or 1 than this. */
const LEAST = 0.02;

/**
 * How likely the next token to visit a layer is to pick each of its experts, learned while it goes: a logistic regression in each layer, on the
 * logits of the router's score of the expert (picked or not), of what followed the same picks before ({@link Transitions}) and of how often it
 * was picked lately, and on whether it was a choice after the first. Steps are scaled as in AdaGrad.
 */
export class Forecast {
  /** By key: the probability, 0..1. */
  readonly chance: Float64Array;
  readonly #shape: PolicyShape;
  readonly #transitions: Transitions;
  readonly #frequency: Float64Array;
  readonly #layers: Regression[];
  /** By key: what the present chance was computed from. */
  readonly #features: Float64Array[];

  constructor(shape: PolicyShape) {
    const { nLayers, nExperts, topK } = shape;
    const keys = nLayers * nExperts;
    this.#shape = shape;
    this.#transitions = new Transitions(shape);
    this.chance = new Float64Array(keys).fill(topK / nExperts);
    this.#frequency = new Float64Array(keys).fill(topK / nExperts);
    this.#layers = Array.from({ length: nLayers }, () => new Regression(FIRST_WEIGHTS));
    this.#features = Array.from({ length: keys }, () => new Float64Array(FIRST_WEIGHTS.length));
  }

  /** A token's router: what was foreseen for it is compared, and its successor foreseen. */
  observe(layer: number, picks: readonly number[], scores: ArrayLike<number>): void {
    const { nExperts } = this.#shape;
    const regression = this.#layers[layer] as Regression;
    this.#transitions.observe(layer, picks);
    const following = this.#transitions.predict(layer, picks);
    for (let expert = 0; expert < nExperts; expert++) {
      const key = layer * nExperts + expert;
      const features = this.#features[key] as Float64Array;
      const rank = picks.indexOf(expert);
      const picked = Number(rank >= 0);
      regression.learn(features, (this.chance[key] ?? 0) - picked);
      const frequency = MEMORY * (this.#frequency[key] ?? 0) + (1 - MEMORY) * picked;
      this.#frequency[key] = frequency;
      features[0] = 1;
      features[1] = logit(scores[expert]);
      features[2] = logit(following[expert]);
      features[3] = logit(frequency);
      features[4] = Number(rank > 0);
      this.chance[key] = regression.predict(features);
    }
  }
}

/** Plain loops: a token goes through here as often as the model has experts. */
class Regression {
  readonly #weights: Float64Array;
  /** Squares of the gradients so far. */
  readonly #squares: Float64Array;

  constructor(weights: readonly number[]) {
    this.#weights = Float64Array.from(weights);
    this.#squares = new Float64Array(weights.length).fill(1);
  }

  predict(features: Float64Array): number {
    let sum = 0;
    for (let i = 0; i < features.length; i++) sum += (features[i] as number) * (this.#weights[i] as number);
    return 1 / (1 + Math.exp(-sum));
  }

  learn(features: Float64Array, error: number): void {
    for (let i = 0; i < features.length; i++) {
      const gradient = error * (features[i] as number);
      const squares = (this.#squares[i] as number) + gradient * gradient;
      this.#squares[i] = squares;
      this.#weights[i] = (this.#weights[i] as number) - (RATE * gradient) / Math.sqrt(squares);
    }
  }
}

function logit(p = 0): number {
  const within = LEAST + (1 - 2 * LEAST) * p;
  return Math.log(within / (1 - within));
}
