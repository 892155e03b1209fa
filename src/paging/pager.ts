import { untilAborted } from '../lib/abort';
import { forEachInFlight } from '../lib/in-flight';
import type { Route } from '../model/routing';
import { MixtabError } from '../protocol/errors';
import type { PagingTotals } from './figures';
import type { Load, Loader } from './loader';
import type { Prefetcher } from './prefetcher';
import type { Purpose, Slots } from './slots';

/** Experts that are loaded for the forward pass at the same time: a fast disk wants eight reads in flight, also where a record is one. */
const DEMANDED = 8;

/** Experts that are loaded ahead at the same time: what the GPU has not taken yet is kept by the browser, so they are few. */
const AHEAD = 2;

/** Brings experts when the forward pass needs them, and in idle time those that it will. Call from one step at a time. */
export class Pager {
  readonly #loader: Loader;
  readonly #prefetcher: Prefetcher | null;
  readonly #totals: PagingTotals;
  readonly #nExperts: number;
  /** To be fetched ahead, the surest first, and what must not be evicted for it. */
  #ahead: { keys: number[]; keep: ReadonlySet<number> } = { keys: [], keep: new Set() };
  /** To be loaded where there is room, when nothing else is to do. */
  #welcome: number[] = [];
  /** Stood in for, to be read. */
  readonly #coarse = new Set<number>();
  #refining = 0;
  #demanding = false;
  #token = 0;

  constructor(loader: Loader, prefetcher: Prefetcher | null, totals: PagingTotals, nExperts: number) {
    this.#loader = loader;
    this.#prefetcher = prefetcher;
    this.#totals = totals;
    this.#nExperts = nExperts;
  }

  get slots(): Slots {
    return this.#loader.slots;
  }

  get slotBytes(): number {
    return this.#loader.slotBytes;
  }

  /** Since the model was loaded. */
  get misses(): number {
    return this.#totals.layers.reduce((sum, { misses }) => sum + misses, 0);
  }

  /**
   * Makes the experts of one layer resident, all at once: there must be that many slots. None of them evicts another.
   * Counts a hit or a miss for each, and the time as a stall. If a read fails, what was loaded stays, the rest is absent, and the error is thrown.
   */
  async demand(layer: number, experts: readonly number[], purpose: Purpose, signal?: AbortSignal): Promise<void> {
    const keys = experts.map((expert) => layer * this.#nExperts + expert);
    const wanted = new Set(keys);
    const missing = keys.filter((key) => !this.#loader.isResident(key));
    this.#count(layer, keys.length, missing);
    if (missing.length === 0) return;
    this.#ahead.keys = [];
    // What was foreseen for this layer and is not picked was foreseen wrongly.
    for (const load of this.#guesses()) {
      if (this.#loader.layerOf(load.key) === layer && !wanted.has(load.key)) void this.#loader.cancel(load);
    }
    const startedAt = performance.now();
    this.#demanding = true;
    try {
      const absent = missing.filter((key) => purpose !== 'pick' || !this.#standIn(key, wanted));
      await forEachInFlight(absent, DEMANDED, signal, (key, stop) => this.#bring(key, purpose, wanted, stop));
    } finally {
      this.#demanding = false;
      const counts = this.#totals.layers[layer];
      if (counts) counts.stallMs += performance.now() - startedAt;
      this.#fetchAhead();
    }
  }

  /** A layer whose picks were all resident. */
  hit(layer: number, picks: number): void {
    const counts = this.#totals.layers[layer];
    if (counts) counts.hits += picks;
  }

  /** A token went through a layer's router. */
  observe(layer: number, { experts, scores, replaced, skipped }: Route, decode: boolean): void {
    this.slots.observe(this.#token, layer, experts, scores, decode);
    const share = (key: number) => (this.#loader.underWay.get(key)?.bytes ?? this.slotBytes) / this.slotBytes;
    this.#prefetcher?.observe(layer, experts, share);
    this.#totals.replaced += replaced;
    this.#totals.skipped += skipped;
  }

  /** Stand-ins as they are now, for {@link used}: by the time that a submit's routing is known some may be the experts themselves. */
  standIns(): ReadonlySet<number> {
    return new Set(this.#loader.stoodIn);
  }

  /** A layer was computed with these experts. Those that were stand-ins are read when there is time, also where that has failed before. */
  used(layer: number, experts: readonly number[], standIns: ReadonlySet<number>): void {
    const coarse = experts.map((expert) => layer * this.#nExperts + expert).filter((key) => standIns.has(key));
    this.#totals.stoodIn += coarse.length;
    for (const key of coarse) this.#coarse.add(key);
  }

  /** Gives up the stand-ins: what is computed from here on is exact until decode misses again. */
  dropStandIns(): void {
    this.#coarse.clear();
    this.#loader.dropStandIns();
  }

  /** After a fault at `layer`: fetches what the gates of the next layers name while the GPU computes this one. */
  foresee(layer: number, picks: readonly number[], scores: readonly Float32Array[]): void {
    if (!this.#prefetcher) return;
    const keys = this.#prefetcher.foresee(layer, scores);
    const current = picks.map((expert) => layer * this.#nExperts + expert);
    this.#ahead = { keys, keep: new Set([...keys, ...current]) };
    this.#fetchAhead();
  }

  /** The token is through; `picks[layer]`. Fetches what the next one is likely to pick. */
  nextToken(picks: readonly (readonly number[])[] | null): void {
    this.#token++;
    if (this.#prefetcher && picks !== null) {
      const keys = this.#prefetcher.nextToken(picks, (key) => !this.#loader.isResident(key));
      this.#ahead = { keys, keep: new Set(keys) };
    }
    this.#fetchAhead();
  }

  /** Loads these experts in idle time into slots that are free; what is no expert of this model is passed over. */
  welcome(keys: readonly number[]): void {
    this.#welcome = keys.filter((key) => key < this.slots.states.length);
    this.#fetchAhead();
  }

  /** Gives up what is being fetched ahead; nothing is written to the arenas any more once it resolves. */
  async quiesce(): Promise<void> {
    this.#ahead.keys = [];
    this.#welcome = [];
    this.#coarse.clear();
    await this.#loader.quiesce();
  }

  /** A copy of less precision may do for now; the expert itself is read when there is time. */
  #standIn(key: number, wanted: ReadonlySet<number>): boolean {
    if (this.#loader.underWay.has(key)) return false;
    const standing = this.#loader.standIn(key, (other) => wanted.has(other));
    if (standing) this.#coarse.add(key);
    return standing;
  }

  #count(layer: number, picks: number, missing: number[]): void {
    const counts = this.#totals.layers[layer];
    if (!counts) return;
    counts.hits += picks - missing.length;
    counts.misses += missing.length;
    counts.late += missing.filter((key) => this.#loader.underWay.has(key)).length;
    for (const key of missing) this.#prefetcher?.missed(key);
  }

  async #bring(key: number, purpose: Purpose, wanted: ReadonlySet<number>, stop: AbortSignal): Promise<void> {
    const load = this.#loader.underWay.get(key) ?? (await this.#takeSlot(key, purpose, wanted));
    load.urgent = true;
    try {
      await untilAborted(load.done, stop);
    } catch (error) {
      if (stop.aborted) await this.#loader.cancel(load);
      throw error;
    }
  }

  /** Guesses in flight may hold every slot: they make way. */
  async #takeSlot(key: number, purpose: Purpose, wanted: ReadonlySet<number>): Promise<Load> {
    const arenaOf = (of: number) => this.slots.arenaOf(this.#loader.layerOf(of));
    for (;;) {
      const load = this.#loader.start(key, purpose, (other) => wanted.has(other));
      if (load) return load;
      const guess = this.#guesses().find((other) => !wanted.has(other.key) && arenaOf(other.key) === arenaOf(key));
      if (!guess) {
        const layer = this.#loader.layerOf(key);
        const message = `paging: layer ${layer} wants ${wanted.size} experts at once, its arena has ${this.slots.slotsFor(layer)} slots`;
        throw new MixtabError('internal', message);
      }
      await this.#loader.cancel(guess);
    }
  }

  #guesses(): Load[] {
    return [...this.#loader.underWay.values()].filter((load) => !load.urgent);
  }

  #fetchAhead(): void {
    while (!this.#demanding && this.#guesses().length + this.#refining < AHEAD) {
      const done = this.#nextGuess()?.done ?? this.#nextCoarse() ?? this.#nextWelcome()?.done;
      if (!done) return;
      void done.catch(() => {}).then(() => this.#fetchAhead());
    }
  }

  #nextCoarse(): Promise<void> | null {
    for (const key of this.#coarse) {
      this.#coarse.delete(key);
      const done = this.#loader.refine(key);
      if (!done) continue;
      this.#refining++;
      return done.finally(() => {
        this.#refining--;
      });
    }
    return null;
  }

  #nextGuess(): Load | null {
    const { keys, keep } = this.#ahead;
    for (let key = keys.shift(); key !== undefined; key = keys.shift()) {
      if (this.#loader.isResident(key) || this.#loader.underWay.has(key)) continue;
      const load = this.#loader.start(key, 'prefetch', (other) => keep.has(other));
      if (!load) continue;
      const guess = key;
      this.#prefetcher?.issued(guess);
      load.done.then(
        () => this.#prefetcher?.fetched(guess, load.bytes, true),
        () => this.#prefetcher?.fetched(guess, load.bytes, false),
      );
      return load;
    }
    return null;
  }

  #nextWelcome(): Load | null {
    for (let key = this.#welcome.shift(); key !== undefined; key = this.#welcome.shift()) {
      const free = this.slots.freeFor(this.#loader.layerOf(key)) > 0;
      if (!free || this.#loader.isResident(key) || this.#loader.underWay.has(key)) continue;
      const load = this.#loader.start(key, 'prefetch', () => true);
      if (load) return load;
    }
    return null;
  }
}
