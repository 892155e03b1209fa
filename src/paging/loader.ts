import { Commands } from '../gpu/commands';
import type { Gpu } from '../gpu/device';
import type { ReadOptions, RecordSink } from '../pack/record-reader';
import type { ExpertSource } from './expert-source';
import type { PagingTotals } from './figures';
import { NO_SLOT, type Purpose, type Slots } from './slots';

/** An expert on its way into a slot. */
export interface Load {
  readonly key: number;
  /** False while it is only a guess: then it makes way for loads that are waited for. May turn true in mid-read. */
  urgent: boolean;
  readonly stop: AbortController;
  /** Settles when the expert is resident, or cannot be; the slot is free again then. */
  readonly done: Promise<void>;
  bytes: number;
}

/** What stands in for a missing expert: copies of less precision that are on the GPU already (`StandIns` of src/model/stand-ins.ts). */
export interface Understudies {
  has(key: number): boolean;
  make(commands: Commands, key: number, place: { arena: GPUBuffer; slot: number }): boolean;
  expand(commands: Commands, key: number, place: { arena: GPUBuffer; slot: number }): void;
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
  /** Null unless that lossy mode is on. */
  standIns: Understudies | null;
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
  /** Experts whose slot holds a copy of less precision. */
  readonly stoodIn = new Set<number>();
  /** Those of them that are being read. */
  readonly #refining = new Map<number, { stop: AbortController; done: Promise<void> }>();
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
    const slot = this.#take(key, purpose, keep);
    if (slot === null) return null;
    const begun = { key, urgent: purpose !== 'prefetch', stop: new AbortController(), bytes: 0 };
    const done = this.#load(begun, slot).finally(() => this.underWay.delete(key));
    // A guess that fails is nobody's error; who waits for the expert hears of it through `done`.
    done.catch(() => {});
    const load = Object.assign(begun, { done });
    this.underWay.set(key, load);
    return load;
  }

  /** Puts the expert's copy into a slot: it is resident at once. False where there is no copy, or no slot. */
  standIn(key: number, keep: (key: number) => boolean): boolean {
    const { gpu, standIns } = this.#parts;
    const slot = standIns?.has(key) ? this.#take(key, 'pick', keep) : null;
    if (!standIns || slot === null) return false;
    const commands = new Commands(gpu, 'stand-in');
    standIns.expand(commands, key, { arena: this.#arenaOf(key), slot });
    commands.submit();
    this.#fill(key, slot);
    this.stoodIn.add(key);
    return true;
  }

  /**
   * Reads the expert itself and puts it in its stand-in's place: as a whole, between two submits, since a slot that is half the one and
   * half the other would be neither. Null where it is not stood in for, or on its way already. Rejects when it cannot be read: the stand-in stays.
   */
  refine(key: number): Promise<void> | null {
    if (!this.stoodIn.has(key) || this.#refining.has(key)) return null;
    const stop = new AbortController();
    const done = this.#refine(key, stop.signal).finally(() => this.#refining.delete(key));
    this.#refining.set(key, { stop, done });
    return done;
  }

  /** Gives a load up; resolves when its slot is free again (or the expert got there after all). */
  async cancel(load: Load): Promise<void> {
    load.stop.abort();
    await load.done.catch(() => {});
  }

  /** Gives up all stand-ins: what they stand for is missing again. */
  dropStandIns(): void {
    for (const { stop } of this.#refining.values()) stop.abort();
    for (const key of this.stoodIn) {
      this.slots.evict(key);
      this.#writeSlotOf(key, NO_SLOT);
    }
    if (this.stoodIn.size > 0) this.#parts.onChange();
    this.stoodIn.clear();
  }

  /** Gives up all loads and all stand-ins; nothing is written to the arenas any more once it resolves. */
  async quiesce(): Promise<void> {
    this.dropStandIns();
    const refined = [...this.#refining.values()].map(({ done }) => done.catch(() => {}));
    await Promise.all([...refined, ...[...this.underWay.values()].map((load) => this.cancel(load))]);
  }

  /** Tells the GPU where every expert is. */
  writePageTable(): void {
    const { gpu, slots, targets, nExperts } = this.#parts;
    const table = Uint32Array.from(slots.states, (_, key) => slots.slotOf(this.layerOf(key), key % nExperts));
    gpu.device.queue.writeBuffer(targets.slotOf, 0, table);
  }

  #take(key: number, purpose: Purpose, keep: (key: number) => boolean): number | null {
    const { slots, onChange, onEvict } = this.#parts;
    const taken = slots.take(this.layerOf(key), key % this.#parts.nExperts, keep, purpose);
    if (!taken) return null;
    const { slot, evicted } = taken;
    if (evicted >= 0) {
      this.#writeSlotOf(evicted, NO_SLOT);
      this.stoodIn.delete(evicted);
      this.#refining.get(evicted)?.stop.abort();
      onEvict(evicted, purpose);
    }
    onChange();
    return slot;
  }

  async #load(load: Omit<Load, 'done'>, slot: number): Promise<void> {
    const { gpu, slots, slotBytes, standIns, onChange } = this.#parts;
    const arena = this.#arenaOf(load.key);
    try {
      await this.#read(load.key, { signal: load.stop.signal, urgent: () => load.urgent }, (piece, offset) => {
        gpu.device.queue.writeBuffer(arena, slot * slotBytes + offset, piece);
        load.bytes += piece.byteLength;
      });
    } catch (error) {
      slots.evict(load.key);
      onChange();
      throw error;
    }
    this.#fill(load.key, slot);
    if (!standIns || standIns.has(load.key)) return;
    const commands = new Commands(gpu, 'stand-in');
    if (standIns.make(commands, load.key, { arena, slot })) commands.submit();
  }

  async #refine(key: number, signal: AbortSignal): Promise<void> {
    const { gpu, slots, slotBytes, nExperts } = this.#parts;
    const pieces = new Map<number, Uint8Array<ArrayBuffer>>();
    await this.#read(key, { signal, urgent: () => false }, (piece, offset) => {
      pieces.set(offset, piece.slice());
    });
    if (!this.stoodIn.delete(key)) return;
    const first = slots.slotOf(this.layerOf(key), key % nExperts) * slotBytes;
    for (const [offset, piece] of pieces) gpu.device.queue.writeBuffer(this.#arenaOf(key), first + offset, piece);
  }

  async #read(key: number, options: ReadOptions, sink: RecordSink): Promise<void> {
    const { source, totals } = this.#parts;
    let bytes = 0;
    try {
      const counting: RecordSink = (piece, offset) => {
        bytes += piece.byteLength;
        sink(piece, offset);
      };
      if ((await source.read(key, counting, options)) === 'ram') totals.ramBytes += bytes;
    } finally {
      const counts = totals.layers[this.layerOf(key)];
      if (counts) counts.bytes += bytes;
    }
  }

  #fill(key: number, slot: number): void {
    const { slots, nExperts, onChange } = this.#parts;
    slots.fill(this.layerOf(key), key % nExperts, slot);
    this.#writeSlotOf(key, slot);
    onChange();
  }

  #arenaOf(key: number): GPUBuffer {
    return this.#parts.targets.arenas[this.slots.arenaOf(this.layerOf(key))] as GPUBuffer;
  }

  #writeSlotOf(key: number, slot: number): void {
    this.#parts.gpu.device.queue.writeBuffer(this.#parts.targets.slotOf, key * 4, Uint32Array.of(slot));
  }
}
