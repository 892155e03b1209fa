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
  readonly #features: number[][];

  constructor(shape: PolicyShape) {
    const { nLayers, nExperts, topK } = shape;
    const keys = nLayers * nExperts;
    this.#shape = shape;
    this.#transitions = new Transitions(shape);
    this.chance = new Float64Array(keys).fill(topK / nExperts);
    this.#frequency = new Float64Array(keys).fill(topK / nExperts);
    this.#layers = Array.from({ length: nLayers }, () => new Regression(FIRST_WEIGHTS));
    this.#features = Array.from({ length: keys }, () => []);
  }

  /** A token's router: what was foreseen for it is compared, and its successor foreseen. */
  observe(layer: number, picks: readonly number[], scores: ArrayLike<number>): void {
    const { nExperts } = this.#shape;
    const regression = this.#layers[layer] as Regression;
    this.#transitions.observe(layer, picks);
    const following = this.#transitions.predict(layer, picks);
    for (let expert = 0; expert < nExperts; expert++) {
      const key = layer * nExperts + expert;
      const picked = Number(picks.includes(expert));
      regression.learn(this.#features[key] as number[], (this.chance[key] ?? 0) - picked);
      const frequency = MEMORY * (this.#frequency[key] ?? 0) + (1 - MEMORY) * picked;
      this.#frequency[key] = frequency;
      const logits = [scores[expert], following[expert], frequency].map(logit);
      const features = [1, ...logits, Number(picks.indexOf(expert) > 0)];
      this.#features[key] = features;
      this.chance[key] = regression.predict(features);
    }
  }
}

class Regression {
  readonly #weights: number[];
  /** Squares of the gradients so far. */
  readonly #squares: number[];

  constructor(weights: readonly number[]) {
    this.#weights = [...weights];
    this.#squares = weights.map(() => 1);
  }

  predict(features: readonly number[]): number {
    const sum = features.reduce((total, x, i) => total + x * (this.#weights[i] ?? 0), 0);
    return 1 / (1 + Math.exp(-sum));
  }

  learn(features: readonly number[], error: number): void {
    for (const [i, x] of features.entries()) {
      const gradient = error * x;
      const squares = (this.#squares[i] ?? 0) + gradient * gradient;
      this.#squares[i] = squares;
      this.#weights[i] = (this.#weights[i] ?? 0) - (RATE * gradient) / Math.sqrt(squares);
    }
  }
}

function logit(p = 0): number {
  const within = LEAST + (1 - 2 * LEAST) * p;
  return Math.log(within / (1 - within));
}
