import { roundF16 } from '../lib/f16';
import type { ModelConfig } from '../model/config';
import { MixtabError } from '../protocol/errors';

/** `f16` rounds what is stored to half floats, ties to even, as the GPU's cache does; `exact` keeps float64. */
export type KvRounding = 'f16' | 'exact';

/** Keys and values of all positions so far. `forward` appends to it, so a text can be computed in any portions. */
export class KvCache {
  /** Positions held. */
  length = 0;
  readonly capacity: number;
  readonly #keys: Float64Array[];
  readonly #values: Float64Array[];
  readonly #width: number;
  readonly #round: (value: number) => number;

  constructor(config: ModelConfig, rounding: KvRounding, capacity = config.maxContext) {
    this.capacity = capacity;
    this.#width = config.nKvHeads * config.headDim;
    this.#round = rounding === 'f16' ? roundF16 : (value) => value;
    const planes = () => Array.from({ length: config.nLayers }, () => new Float64Array(capacity * this.#width));
    this.#keys = planes();
    this.#values = planes();
  }

  /** Stores one position of one layer. `k` and `v`: `[nKvHeads, headDim]`. */
  store(layer: number, position: number, k: Float64Array, v: Float64Array): void {
    if (position >= this.capacity) {
      throw new MixtabError(
        'context-overflow',
        `context: expected at most ${this.capacity} positions, got ${position + 1}`,
        'Shorten the prompt.',
        { capacity: this.capacity },
      );
    }
    this.keys(layer).set(k.map(this.#round), position * this.#width);
    this.values(layer).set(v.map(this.#round), position * this.#width);
  }

  /** `[capacity, nKvHeads, headDim]` */
  keys(layer: number): Float64Array {
    return this.#keys[layer] as Float64Array;
  }

  /** `[capacity, nKvHeads, headDim]` */
  values(layer: number): Float64Array {
    return this.#values[layer] as Float64Array;
  }
}
