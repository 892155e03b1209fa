import { type GenerateDelta, RESIDENCY } from '../../protocol/engine';
import { Timeline } from './timeline';

/** What newly generated tokens tell of the experts. */
export type TokenNews = Pick<GenerateDelta, 'picks' | 'weights' | 'stats'>;

/**
 * Where the experts are, which the router just picked, and how that went over time. It changes up to 60 times a second, so it stays outside
 * React's state: the map reads it once a frame.
 */
export class ExpertFeed {
  layers = 0;
  experts = 0;
  /** `[layer * experts + expert]`, values of RESIDENCY. */
  states: Uint8Array = new Uint8Array(0);
  /** `[layer * experts + expert]`, share in the layer's output of the last token; 0 where it did not go. */
  weights = new Float32Array(0);
  /**
   * `[layer * experts + expert]`, 1 where one of the last batch's tokens picked an expert that had to be fetched for it. The engine counts
   * misses by layer; a pick is named here where it was not resident before the batch and its layer counts as many misses as has such picks.
   */
  faults = new Uint8Array(0);
  /** `[layer]` misses of the last batch, as the engine counts them. */
  misses = new Uint32Array(0);
  /** `[layer * experts + expert]`, when the expert last left its slot, ms of the page's clock; 0: never, or it is back. */
  left = new Float64Array(0);
  readonly timeline = new Timeline();
  /** `states` when the last batch came. */
  #before: Uint8Array = new Uint8Array(0);
  /** `[layer]` misses of the answer so far. */
  #counted: number[] = [];
  readonly #now: () => number;
  readonly #listeners = new Set<() => void>();

  /** `now`: milliseconds of a clock that never goes back. */
  constructor(now = () => performance.now()) {
    this.#now = now;
  }

  reset(layers: number, experts: number): void {
    const cells = layers * experts;
    this.layers = layers;
    this.experts = experts;
    this.states = new Uint8Array(cells);
    this.#before = new Uint8Array(cells);
    this.weights = new Float32Array(cells);
    this.faults = new Uint8Array(cells);
    this.left = new Float64Array(cells);
    this.misses = new Uint32Array(layers);
    this.#counted = [];
    this.#tell();
  }

  setStates(states: Uint8Array): void {
    if (states.length !== this.states.length) return;
    const now = this.#now();
    states.forEach((state, index) => {
      if (state === RESIDENCY.resident) this.left[index] = 0;
      else if (this.states[index] === RESIDENCY.resident) this.left[index] = now;
    });
    this.states = states;
    this.#tell();
  }

  /** Takes what a batch of tokens tells. `isFirst`: of an answer, whose figures count from here. */
  setTokens({ picks, weights, stats }: TokenNews, isFirst: boolean): void {
    this.timeline.add(stats, this.#now(), isFirst);
    const layers = stats.paging.layers.map(({ misses }) => misses);
    // A prompt's picks are not told, so of its misses none can be named.
    if (isFirst) this.#counted = layers;
    this.misses = Uint32Array.from({ length: this.layers }, (_, l) => (layers[l] ?? 0) - (this.#counted[l] ?? 0));
    this.#counted = layers;
    const token = picks.at(-1);
    if (token) {
      this.weights.fill(0);
      token.forEach((experts, layer) => {
        experts.forEach((expert, k) => {
          this.weights[layer * this.experts + expert] = weights.at(-1)?.[layer]?.[k] ?? 0;
        });
      });
      this.#nameFaults(picks);
    }
    this.#before = this.states;
    this.#tell();
  }

  #nameFaults(picks: number[][][]): void {
    this.faults.fill(0);
    for (let layer = 0; layer < this.layers; layer++) {
      if (!this.misses[layer]) continue;
      const picked = new Set(picks.flatMap((token) => token[layer] ?? []));
      const absent = [...picked].filter((e) => this.#before[layer * this.experts + e] !== RESIDENCY.resident);
      if (absent.length > (this.misses[layer] ?? 0)) continue; // A guess brought some of them in time; which, is not told.
      for (const expert of absent) this.faults[layer * this.experts + expert] = 1;
    }
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** The experts of a layer that are in memory, and those that the last token went to with their shares. */
export function layerOf(
  feed: ExpertFeed,
  layer: number,
): { resident: number[]; picked: [expert: number, share: number][] } {
  const all = Array.from({ length: feed.experts }, (_, expert) => expert);
  const first = layer * feed.experts;
  const share = (expert: number): number => feed.weights[first + expert] ?? 0;
  return {
    resident: all.filter((expert) => feed.states[first + expert] === RESIDENCY.resident),
    picked: all.filter((expert) => share(expert) > 0).map((expert) => [expert, share(expert)]),
  };
}
