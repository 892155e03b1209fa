import type { PagingTotals } from './figures';
import { ForesightRecord } from './foresight-record';
import type { PolicyShape } from './policy';
import type { Transitions } from './transitions';
import { Worth } from './worth';

/** How sure a guess has to be, at least as likely right as wrong: a wrong one costs idle bandwidth, and the expert that it evicts. */
const LEAST_PRECISION = 0.5;

/** Guesses about the next token that are fetched: more than these would not be there in time. */
const MOST_LIKELY = 4;

type Way = 'foresight' | 'transitions';

/**
 * Says which experts to fetch before they are picked, and keeps account of what came of it. Two ways: the next layers' own gates on the present
 * hidden state (Eliseev and Mazur, arXiv 2312.17238), and the picks that followed this token's picks before. Each turns itself off when
 * it does not pay.
 */
export class Prefetcher {
  readonly #shape: PolicyShape;
  readonly #transitions: Transitions;
  readonly #totals: PagingTotals;
  readonly #record = new ForesightRecord();
  readonly #worth: Record<Way, Worth> = { foresight: new Worth(), transitions: new Worth() };
  /** Fetched ahead and not picked yet. */
  readonly #unused = new Map<number, { way: Way; bytes: number }>();
  /** Evicted for a guess and not missed yet. */
  readonly #victims = new Map<number, Way>();
  /** Where the latest guesses came from. */
  #way: Way = 'foresight';

  constructor(shape: PolicyShape, transitions: Transitions, totals: PagingTotals) {
    this.#shape = shape;
    this.#transitions = transitions;
    this.#totals = totals;
  }

  get on(): boolean {
    return this.#worth.foresight.on || this.#worth.transitions.on;
  }

  /**
   * Keys that the layers after `layer` will pick, the surest first; `scores[d]`: the softmax that the gate of layer + 1 + d foresees. Only those
   * whose like was mostly right so far.
   */
  foresee(layer: number, scores: readonly Float32Array[]): number[] {
    this.#way = 'foresight';
    return scores.flatMap((of, d) => {
      const ahead = 1 + d;
      const named = this.#best(of);
      this.#record.named(layer + ahead, ahead, named);
      const sure = named.filter((_, rank) => this.#record.precision(layer + ahead, ahead, rank) >= LEAST_PRECISION);
      return this.#worth.foresight.on ? sure.map((expert) => (layer + ahead) * this.#shape.nExperts + expert) : [];
    });
  }

  /** A layer's router has spoken; `share` of a pick's bytes that are there. */
  observe(layer: number, picks: readonly number[], share: (key: number) => number): void {
    this.#transitions.observe(layer, picks);
    const named = this.#record.picked(layer, picks);
    if (named) {
      this.#totals.foreseeable += picks.length;
      this.#totals.foreseen += picks.filter((expert) => named.includes(expert)).length;
    }
    for (const expert of picks) {
      const key = layer * this.#shape.nExperts + expert;
      const fetched = this.#unused.get(key);
      if (!fetched) continue;
      this.#unused.delete(key);
      this.#worth[fetched.way].used(share(key));
      this.#totals.used++;
    }
  }

  /** Keys that the token after these picks (`[layer][k]`) is likely to pick and that are `absent`. */
  nextToken(picks: readonly (readonly number[])[], absent: (key: number) => boolean): number[] {
    for (const worth of Object.values(this.#worth)) worth.nextToken();
    this.#record.forget();
    this.#way = 'transitions';
    if (!this.#worth.transitions.on) return [];
    const likely = picks.flatMap((experts, layer) =>
      [...this.#transitions.predict(layer, experts)].flatMap((p, expert) => {
        const key = layer * this.#shape.nExperts + expert;
        return p >= LEAST_PRECISION && absent(key) ? [key] : [];
      }),
    );
    return likely.slice(0, MOST_LIKELY);
  }

  /** One of the latest guesses is being fetched. */
  issued(key: number): void {
    this.#unused.set(key, { way: this.#way, bytes: 0 });
    this.#worth[this.#way].guessed();
    this.#totals.issued++;
  }

  /** So many bytes of it were brought; not to the end where `whole` is false. */
  fetched(key: number, bytes: number, whole: boolean): void {
    const guess = this.#unused.get(key);
    if (guess) guess.bytes = bytes;
    if (!whole) this.#lost(key);
  }

  /** An expert lost its slot, to a guess or to one that was picked. */
  evicted(key: number, toGuess: boolean): void {
    this.#lost(key);
    if (toGuess) this.#victims.set(key, this.#way);
  }

  /** An expert is missed. */
  missed(key: number): void {
    const way = this.#victims.get(key);
    if (way) this.#worth[way].regretted();
    this.#victims.delete(key);
  }

  #lost(key: number): void {
    this.#totals.wastedBytes += this.#unused.get(key)?.bytes ?? 0;
    this.#unused.delete(key);
  }

  #best(scores: Float32Array): number[] {
    return [...scores.keys()].sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0)).slice(0, this.#shape.topK);
  }
}
