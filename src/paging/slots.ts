import { RESIDENCY } from '../protocol/engine';
import type { EvictionPolicy } from './policy';

/** `slot_of` entry of an expert that is not resident; the kernels' NONE. */
export const NO_SLOT = 0xffffffff;

/** How a budget is cut: `slots[a]` slots in arena a, which serves `layers` from `firstLayer[a]` on. */
export interface ArenaPlan {
  firstLayer: number;
  layers: number;
  slots: number;
}

/** Which expert lies in which slot. Pure bookkeeping: the pager moves the bytes. */
export class Slots {
  readonly states: Uint8Array;
  readonly #nExperts: number;
  readonly #arenas: ArenaPlan[];
  readonly #policy: EvictionPolicy;
  readonly #slotOf: Uint32Array;
  /** `[arena][slot]` key of the expert that holds it, or -1. */
  readonly #holder: Int32Array[];
  evictions = 0;

  constructor(nLayers: number, nExperts: number, arenas: ArenaPlan[], policy: EvictionPolicy) {
    this.#nExperts = nExperts;
    this.#arenas = arenas;
    this.#policy = policy;
    this.#slotOf = new Uint32Array(nLayers * nExperts).fill(NO_SLOT);
    this.states = new Uint8Array(nLayers * nExperts);
    this.#holder = arenas.map((arena) => new Int32Array(arena.slots).fill(-1));
  }

  get total(): number {
    return this.#arenas.reduce((sum, arena) => sum + arena.slots, 0);
  }

  arenaOf(layer: number): number {
    return this.#arenas.findIndex((arena) => layer < arena.firstLayer + arena.layers);
  }

  /** Slots that the layer shares with the others of its arena. */
  slotsFor(layer: number): number {
    return this.#arenas[this.arenaOf(layer)]?.slots ?? 0;
  }

  slotOf(layer: number, expert: number): number {
    return this.#slotOf[layer * this.#nExperts + expert] ?? NO_SLOT;
  }

  isResident(layer: number, expert: number): boolean {
    return this.states[layer * this.#nExperts + expert] === RESIDENCY.resident;
  }

  /**
   * Takes a slot for an expert that is about to be loaded: a free one, else the policy's victim among the experts that `keep` does not
   * hold and that are not being loaded. Returns the slot and the key that lost it (-1: none); null when every slot is kept.
   */
  take(layer: number, expert: number, keep: (key: number) => boolean): { slot: number; evicted: number } | null {
    const holder = this.#holder[this.arenaOf(layer)] as Int32Array;
    let slot = holder.indexOf(-1);
    let evicted = -1;
    if (slot < 0) {
      const candidates = [...holder].filter((key) => this.states[key] === RESIDENCY.resident && !keep(key));
      if (candidates.length === 0) return null;
      evicted = this.#policy.victim(candidates);
      slot = holder.indexOf(evicted);
      this.#slotOf[evicted] = NO_SLOT;
      this.states[evicted] = RESIDENCY.absent;
      this.evictions++;
    }
    const key = layer * this.#nExperts + expert;
    holder[slot] = key;
    this.states[key] = RESIDENCY.loading;
    return { slot, evicted };
  }

  /** The expert's bytes are in its slot. */
  fill(layer: number, expert: number, slot: number): void {
    const key = layer * this.#nExperts + expert;
    this.#slotOf[key] = slot;
    this.states[key] = RESIDENCY.resident;
  }

  /** Loading failed: the slot is free again. */
  release(layer: number, expert: number, slot: number): void {
    const holder = this.#holder[this.arenaOf(layer)] as Int32Array;
    holder[slot] = -1;
    this.states[layer * this.#nExperts + expert] = RESIDENCY.absent;
  }

  touch(layer: number, expert: number, tick: number, score: number): void {
    this.#policy.touch(layer * this.#nExperts + expert, tick, score);
  }
}
