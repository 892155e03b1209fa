import type { Gpu } from '../gpu/device';
import type { ExpertSource } from './expert-source';
import type { PagingTotals } from './figures';
import { NO_SLOT, type Purpose, type Slots } from './slots';

/** An expert on its way into a slot. */
export interface Load {
  readonly key: number;
  readonly purpose: Purpose;
  /** False while it is only a guess: then it makes way for loads that are waited for. May turn true in mid-read. */
  urgent: boolean;
  readonly stop: AbortController;
  /** Settles when the expert is resident, or cannot be; the slot is free again then. */
  readonly done: Promise<void>;
  bytes: number;
}

/** Where the bytes go: the arenas, and the page table that the router kernel reads. */
export interface LoaderTargets {
  arenas: GPUBuffer[];
  /** `slot_of[layer * nExperts + expert]`, u32. */
  slotOf: GPUBuffer;
}

export interface LoaderParts {
  gpu: Gpu;
  source: ExpertSource;
  slots: Slots;
  targets: LoaderTargets;
  nExperts: number;
  slotBytes: number;
  totals: PagingTotals;
  /** The states of {@link Slots} have changed. */
  onChange(): void;
  /** An expert lost its slot to another that was taken for this purpose. */
  onEvict(key: number, purpose: Purpose): void;
}

/**
 * Moves experts into slots. Queue order makes eviction safe: a slot's old bytes are overwritten only after the work that was submitted
 * before, so nothing waits for the GPU.
 */
export class Loader {
  readonly underWay = new Map<number, Load>();
  readonly #parts: LoaderParts;

  constructor(parts: LoaderParts) {
    this.#parts = parts;
    this.writePageTable();
  }

  get slots(): Slots {
    return this.#parts.slots;
  }

  get slotBytes(): number {
    return this.#parts.slotBytes;
  }

  layerOf(key: number): number {
    return Math.floor(key / this.#parts.nExperts);
  }

  isResident(key: number): boolean {
    return this.slots.isResident(this.layerOf(key), key % this.#parts.nExperts);
  }

  /** Takes a slot and begins to load. Null when no slot can be had that `keep` does not hold. */
  start(key: number, purpose: Purpose, keep: (key: number) => boolean): Load | null {
    const { slots, onChange, onEvict } = this.#parts;
    const taken = slots.take(this.layerOf(key), key % this.#parts.nExperts, keep, purpose);
    if (!taken) return null;
    if (taken.evicted >= 0) {
      this.#writeSlotOf(taken.evicted, NO_SLOT);
      onEvict(taken.evicted, purpose);
    }
    onChange();
    const begun = { key, purpose, urgent: purpose !== 'prefetch', stop: new AbortController(), bytes: 0 };
    const done = this.#read(begun, taken.slot).finally(() => this.underWay.delete(key));
    // A guess that fails is nobody's error; who waits for the expert hears of it through `done`.
    done.catch(() => {});
    const load = Object.assign(begun, { done });
    this.underWay.set(key, load);
    return load;
  }

  /** Gives a load up; resolves when its slot is free again (or the expert got there after all). */
  async cancel(load: Load): Promise<void> {
    load.stop.abort();
    await load.done.catch(() => {});
  }

  /** Gives up all loads; nothing is written to the arenas any more once it resolves. */
  async quiesce(): Promise<void> {
    await Promise.all([...this.underWay.values()].map((load) => this.cancel(load)));
  }

  /** Tells the GPU where every expert is. */
  writePageTable(): void {
    const { gpu, slots, targets, nExperts } = this.#parts;
    const table = Uint32Array.from(slots.states, (_, key) => slots.slotOf(this.layerOf(key), key % nExperts));
    gpu.device.queue.writeBuffer(targets.slotOf, 0, table);
  }

  async #read(load: Omit<Load, 'done'>, slot: number): Promise<void> {
    const { gpu, source, slots, targets, slotBytes, totals, nExperts, onChange } = this.#parts;
    const layer = this.layerOf(load.key);
    const arena = targets.arenas[slots.arenaOf(layer)] as GPUBuffer;
    try {
      const tier = await source.read(
        load.key,
        (piece, offset) => {
          gpu.device.queue.writeBuffer(arena, slot * slotBytes + offset, piece);
          load.bytes += piece.byteLength;
        },
        { signal: load.stop.signal, urgent: () => load.urgent },
      );
      if (tier === 'ram') totals.ramBytes += load.bytes;
      slots.fill(layer, load.key % nExperts, slot);
      this.#writeSlotOf(load.key, slot);
    } catch (error) {
      slots.evict(load.key);
      throw error;
    } finally {
      const counts = totals.layers[layer];
      if (counts) counts.bytes += load.bytes;
      onChange();
    }
  }

  #writeSlotOf(key: number, slot: number): void {
    this.#parts.gpu.device.queue.writeBuffer(this.#parts.targets.slotOf, key * 4, Uint32Array.of(slot));
  }
}
