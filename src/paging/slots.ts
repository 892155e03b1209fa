import { RESIDENCY } from '../protocol/engine';
import type { EvictionPolicy, PolicyShape } from './policy';

/** `slot_of` entry of an expert that is not resident; the kernels' NONE. */
export const NO_SLOT = 0xffffffff;

/** How a budget is cut: `slots[a]` slots in arena a, which serves `layers` from `firstLayer[a]` on. */
export interface ArenaPlan {
  firstLayer: number;
  layers: number;
  slots: number;
}

/** What a slot is taken for. An expert of a prefill passes through: unless decode picks it, it is the next to go. */
export type Purpose = 'pick' | 'prefill' | 'prefetch';

/** Which expert lies in which slot. Pure bookkeeping, for the pager, which moves the bytes, and for the simulator, which moves none. */
export class Slots {
  /** `[layer * nExperts + expert]`, values of `RESIDENCY`. */
  readonly states: Uint8Array;
  readonly arenas: readonly ArenaPlan[];
  evictions = 0;
  readonly #nExperts: number;
  readonly #policy: EvictionPolicy;
  readonly #pinned: ReadonlySet<number>;
  readonly #arenaOf: number[];
  readonly #slotOf: Uint32Array;
  /** `[arena][slot]` key of the expert that holds it, or -1. */
  readonly #holder: Int32Array[];
  /** Experts that only pass through. */
  readonly #passing = new Set<number>();

  constructor(shape: PolicyShape, arenas: readonly ArenaPlan[], policy: EvictionPolicy, pinned: Iterable<number> = []) {
    const { nLayers, nExperts } = shape;
    this.arenas = arenas;
    this.#nExperts = nExperts;
    this.#policy = policy;
    this.#pinned = new Set(pinned);
    this.#arenaOf = Array.from({ length: nLayers }, (_, layer) =>
      arenas.findIndex((arena) => layer < arena.firstLayer + arena.layers),
    );
    this.#slotOf = new Uint32Array(nLayers * nExperts).fill(NO_SLOT);
    this.states = new Uint8Array(nLayers * nExperts);
    this.#holder = arenas.map((arena) => new Int32Array(arena.slots).fill(-1));
  }

  get total(): number {
    return this.arenas.reduce((sum, arena) => sum + arena.slots, 0);
  }

  arenaOf(layer: number): number {
    return this.#arenaOf[layer] ?? 0;
  }

  /** Slots that the layer shares with the others of its arena. */
  slotsFor(layer: number): number {
    return this.arenas[this.arenaOf(layer)]?.slots ?? 0;
  }

  /** Slots of the layer's arena that are free or hold an expert that only passes through. */
  roomFor(layer: number): number {
    return this.#holderOf(layer).reduce((room, key) => room + Number(key < 0 || this.#passing.has(key)), 0);
  }

  /** Slots of the layer's arena that nobody holds. */
  freeFor(layer: number): number {
    return this.#holderOf(layer).reduce((free, key) => free + Number(key < 0), 0);
  }

  slotOf(layer: number, expert: number): number {
    return this.#slotOf[layer * this.#nExperts + expert] ?? NO_SLOT;
  }

  isResident(layer: number, expert: number): boolean {
    return this.states[layer * this.#nExperts + expert] === RESIDENCY.resident;
  }

  /** Keys of the experts that are resident, arena by arena. */
  residents(): number[] {
    return this.#holder.flatMap((holder) => [...holder].filter((key) => this.states[key] === RESIDENCY.resident));
  }

  /** `[arena][slot]` key of the expert that is resident there, or -1. */
  holders(): number[][] {
    return this.#holder.map((holder) => [...holder].map((key) => (this.states[key] === RESIDENCY.resident ? key : -1)));
  }

  /** The residents in the order in which they would have to go: those that only pass through, the policy's victims, the pinned. */
  leaving(): number[] {
    const rank = (key: number) => (this.#pinned.has(key) ? 2 : this.#passing.has(key) ? 0 : 1);
    const residents = this.residents();
    return [0, 1, 2].flatMap((group) => {
      const left = new Set(residents.filter((key) => rank(key) === group));
      return Array.from({ length: left.size }, () => {
        const victim = this.#policy.victim([...left], 0);
        left.delete(victim);
        return victim;
      });
    });
  }

  /** Goes on from the slots of before a change of budget, whose experts `places` lie in these slots now. */
  takeOver(before: Slots, places: Iterable<{ key: number; slot: number }>): void {
    this.evictions = before.evictions;
    for (const { key, slot } of places) {
      this.place(key, slot);
      if (before.#passing.has(key) && !this.#pinned.has(key)) this.#passing.add(key);
    }
  }

  /** The expert's bytes are in the slot. */
  place(key: number, slot: number): void {
    this.#holderOf(Math.floor(key / this.#nExperts))[slot] = key;
    this.#slotOf[key] = slot;
    this.states[key] = RESIDENCY.resident;
  }

  /**
   * Takes a slot for an expert that is about to be loaded: a free one, else one of an expert that only passes through, else the policy's victim;
   * never of one that `keep` holds, that is pinned or that is being loaded. Returns the slot and the key that lost it (-1: none); null
   * when no slot can be had.
   */
  take(
    layer: number,
    expert: number,
    keep: (key: number) => boolean,
    purpose: Purpose = 'pick',
  ): { slot: number; evicted: number } | null {
    const holder = this.#holderOf(layer);
    let slot = holder.indexOf(-1);
    let evicted = -1;
    if (slot < 0) {
      const candidates = [...holder].filter(
        (key) => this.states[key] === RESIDENCY.resident && !this.#pinned.has(key) && !keep(key),
      );
      if (candidates.length === 0) return null;
      const passing = candidates.filter((key) => this.#passing.has(key));
      evicted = this.#policy.victim(passing.length > 0 ? passing : candidates, layer);
      slot = holder.indexOf(evicted);
      this.evict(evicted);
      this.evictions++;
    }
    const key = layer * this.#nExperts + expert;
    holder[slot] = key;
    this.states[key] = RESIDENCY.loading;
    if (purpose === 'prefill' && !this.#pinned.has(key)) this.#passing.add(key);
    return { slot, evicted };
  }

  /** The expert's bytes are in its slot. */
  fill(layer: number, expert: number, slot: number): void {
    this.place(layer * this.#nExperts + expert, slot);
  }

  /** The slot is free again: loading failed, or its expert has to go. */
  evict(key: number): void {
    const holder = this.#holderOf(Math.floor(key / this.#nExperts));
    const slot = holder.indexOf(key);
    if (slot >= 0) holder[slot] = -1;
    this.#slotOf[key] = NO_SLOT;
    this.states[key] = RESIDENCY.absent;
    this.#passing.delete(key);
  }

  /** A token went through a layer's router; see {@link EvictionPolicy.observe}. The picks of decode, not of prefill, are there to stay. */
  observe(token: number, layer: number, picks: readonly number[], scores: ArrayLike<number>, decode = true): void {
    if (decode) for (const expert of picks) this.#passing.delete(layer * this.#nExperts + expert);
    this.#policy.observe(token, layer, picks, scores);
  }

  #holderOf(layer: number): Int32Array {
    return this.#holder[this.arenaOf(layer)] as Int32Array;
  }
}
