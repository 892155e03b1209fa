/** How fast old guesses are forgotten: by half in 69. */
const MEMORY = 0.99;

/** Before anything is known a guess is as good as this. */
const PRIOR = 0.6;

/** So many guesses outweigh what was expected: of all layers together the prior, of one layer what all layers together showed. */
const PRIOR_GUESSES = 4;
const SHARED_GUESSES = 8;

/** Stands for all layers together. */
const ALL = -1;

/**
 * How often what a gate names ahead is picked: by layer, by how many layers ahead, by rank. It costs nothing to know: routers foresee at every
 * fault, whether or not anything is fetched.
 */
export class ForesightRecord {
  /** By layer, layers ahead and rank: decayed counts. */
  readonly #counts = new Map<string, { guesses: number; right: number }>();
  /** By layer, then by layers ahead: what was named, by rank. */
  readonly #named = new Map<number, Map<number, readonly number[]>>();

  /** Share of such guesses that were right. */
  precision(layer: number, ahead: number, rank: number): number {
    const all = this.#countsOf(ALL, ahead, rank);
    const shared = (all.right + PRIOR * PRIOR_GUESSES) / (all.guesses + PRIOR_GUESSES);
    const { guesses, right } = this.#countsOf(layer, ahead, rank);
    return (right + shared * SHARED_GUESSES) / (guesses + SHARED_GUESSES);
  }

  /** `layer` will pick these experts, the surest first: so says its gate `ahead` layers before it. */
  named(layer: number, ahead: number, experts: readonly number[]): void {
    const named = this.#named.get(layer) ?? new Map<number, readonly number[]>();
    this.#named.set(layer, named.set(ahead, experts));
  }

  /** What the layer has picked; returns what the layer before it had foreseen, if it was asked. */
  picked(layer: number, picks: readonly number[]): readonly number[] | null {
    const named = this.#named.get(layer);
    if (!named) return null;
    this.#named.delete(layer);
    for (const [ahead, experts] of named) {
      for (const [rank, expert] of experts.entries()) {
        for (const at of [layer, ALL]) {
          const counts = this.#countsOf(at, ahead, rank);
          counts.guesses = counts.guesses * MEMORY + 1;
          counts.right = counts.right * MEMORY + Number(picks.includes(expert));
        }
      }
    }
    return named.get(1) ?? null;
  }

  /** What was named and has not come: the token is through, or was given up. */
  forget(): void {
    this.#named.clear();
  }

  #countsOf(layer: number, ahead: number, rank: number): { guesses: number; right: number } {
    const at = `${layer} ${ahead} ${rank}`;
    const counts = this.#counts.get(at) ?? { guesses: 0, right: 0 };
    this.#counts.set(at, counts);
    return counts;
  }
}
