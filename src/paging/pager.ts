import type { Gpu } from '../gpu/device';
import type { Route } from '../model/routing';
import { expertName } from '../pack/layout';
import type { RecordReader } from '../pack/record-reader';
import { MixtabError } from '../protocol/errors';
import { NO_SLOT, type Purpose, type Slots } from './slots';

/** Experts whose bytes are on their way at the same time. */
const IN_FLIGHT = 4;

export interface PagingCounters {
  hits: number;
  misses: number;
  bytesPaged: number;
}

/** Where the pager puts bytes: the arenas, and the page table that the router kernel reads. */
export interface PagerTargets {
  arenas: GPUBuffer[];
  /** `slot_of[layer * nExperts + expert]`, u32. */
  slotOf: GPUBuffer;
}

/**
 * Moves experts from storage into slots. Queue order makes eviction safe: a slot's old bytes are overwritten only after the work that was
 * submitted before, so nothing waits for the GPU.
 */
export class Pager {
  readonly counters: PagingCounters = { hits: 0, misses: 0, bytesPaged: 0 };
  readonly slots: Slots;
  readonly #gpu: Gpu;
  readonly #reader: RecordReader;
  readonly #targets: PagerTargets;
  readonly #nExperts: number;
  readonly #slotBytes: number;
  readonly #onChange: () => void;
  #token = 0;

  constructor(
    gpu: Gpu,
    reader: RecordReader,
    slots: Slots,
    targets: PagerTargets,
    shape: { nExperts: number; slotBytes: number },
    onChange: () => void,
  ) {
    this.#gpu = gpu;
    this.#reader = reader;
    this.slots = slots;
    this.#targets = targets;
    this.#nExperts = shape.nExperts;
    this.#slotBytes = shape.slotBytes;
    this.#onChange = onChange;
    this.#gpu.device.queue.writeBuffer(targets.slotOf, 0, new Uint32Array(slots.states.length).fill(NO_SLOT));
  }

  /** Goes on from the slots of before a change of budget; see {@link Slots.takeOver}. */
  takeOver(before: Slots, placed: readonly { key: number; slot: number }[]): void {
    this.slots.takeOver(before, placed);
    for (const { key, slot } of placed) this.#writeSlotOf(key, slot);
  }

  /**
   * Makes the experts of one layer resident, all at once: there must be that many slots. None of them evicts another.
   * Counts a hit or a miss for each. If a read fails, what was loaded stays, the rest is absent, and the error is thrown.
   */
  async ensure(layer: number, experts: number[], purpose: Purpose, signal?: AbortSignal): Promise<void> {
    const wanted = new Set(experts.map((expert) => layer * this.#nExperts + expert));
    const missing = experts.filter((expert) => !this.slots.isResident(layer, expert));
    this.counters.hits += experts.length - missing.length;
    this.counters.misses += missing.length;
    const queue = [...missing];
    const load = async () => {
      for (let expert = queue.shift(); expert !== undefined; expert = queue.shift()) {
        signal?.throwIfAborted();
        await this.#load(layer, expert, wanted, purpose, signal);
      }
    };
    const loads = Array.from({ length: Math.min(IN_FLIGHT, missing.length) }, load);
    const failed = (await Promise.allSettled(loads)).find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  }

  /** A token went through a layer's router. */
  observe(layer: number, { experts, scores }: Route, decode: boolean): void {
    this.slots.observe(this.#token, layer, experts, scores, decode);
  }

  /** What is observed from now on is another token's. */
  nextToken(): void {
    this.#token++;
  }

  async #load(layer: number, expert: number, keep: Set<number>, purpose: Purpose, signal?: AbortSignal): Promise<void> {
    const taken = this.slots.take(layer, expert, (key) => keep.has(key), purpose);
    if (!taken) {
      throw new MixtabError(
        'internal',
        `paging: layer ${layer} wants ${keep.size} experts at once, its arena has ${this.slots.slotsFor(layer)} slots`,
      );
    }
    const { slot, evicted } = taken;
    if (evicted >= 0) this.#writeSlotOf(evicted, NO_SLOT);
    this.#onChange();
    const arena = this.#targets.arenas[this.slots.arenaOf(layer)] as GPUBuffer;
    try {
      await this.#reader.read(
        expertName(layer, expert),
        (piece, offset) => {
          this.#gpu.device.queue.writeBuffer(arena, slot * this.#slotBytes + offset, piece);
          this.counters.bytesPaged += piece.byteLength;
        },
        { signal },
      );
    } catch (error) {
      this.slots.evict(layer * this.#nExperts + expert);
      this.#onChange();
      throw error;
    }
    this.slots.fill(layer, expert, slot);
    this.#writeSlotOf(layer * this.#nExperts + expert, slot);
    this.#onChange();
  }

  #writeSlotOf(key: number, slot: number): void {
    this.#gpu.device.queue.writeBuffer(this.#targets.slotOf, key * 4, Uint32Array.of(slot));
  }
}
