import { mulberry32 } from '../lib/random';
import { BackgroundReads } from './background-reads';
import type { PolicyShape } from './policy';
import type { Purpose, Slots } from './slots';

export interface Speeds {
  expertBytes: number;
  /** Bytes a second that storage delivers to the GPU. */
  storageBytesPerSecond: number;
  /** Seconds that the GPU computes for a token, all of it resident. */
  computeSeconds: number;
}

/** After a fault, the gates of the next `depth` layers name this share of their picks; in place of each other one, another expert. */
export interface Foresight {
  recall: number;
  depth: number;
}

/**
 * The simulator's storage: reads that the forward pass waits for take all of it, one after the other; while the GPU computes, what was
 * foreseen is read, and the experts that stand-ins stand in for.
 */
export class SimulatedReads {
  readonly #shape: PolicyShape;
  readonly #slots: Slots;
  readonly #speeds: Speeds;
  readonly #foresight: Foresight | undefined;
  readonly #random = mulberry32(1);
  /** What has a slot and is being read, and what is foreseen and has none yet. */
  readonly #reading: BackgroundReads;
  readonly #slotOf = new Map<number, number>();
  #foreseen: { keys: number[]; keep: ReadonlySet<number> } = { keys: [], keep: new Set() };
  /** Experts that have a stand-in, as many as there may be; and those in whose slot it is. */
  readonly #standIns = new Set<number>();
  readonly #coarse = new Set<number>();
  readonly #mostStandIns: number;
  /** Read since it was set to 0, but for prefill's. */
  decodeBytes = 0;

  constructor(shape: PolicyShape, slots: Slots, speeds: Speeds, foresight: Foresight | undefined, standIns: number) {
    this.#shape = shape;
    this.#slots = slots;
    this.#speeds = speeds;
    this.#foresight = foresight;
    this.#reading = new BackgroundReads(speeds.expertBytes);
    this.#mostStandIns = standIns;
  }

  /** Brings what a layer needs at once; none of it evicts another. Returns the seconds that are waited, and the picks that a stand-in computes. */
  demand(layer: number, experts: readonly number[], purpose: Purpose): { seconds: number; stoodIn: number } {
    const keys = experts.map((expert) => layer * this.#shape.nExperts + expert);
    const wanted = new Set(keys);
    this.#dropGuesses(layer, wanted);
    let bytes = 0;
    for (const key of keys.filter((of) => !this.#isResident(of))) {
      if (!this.#reading.has(key)) this.#makeRoom(key, purpose, wanted);
      if (purpose === 'pick' && this.#standIns.has(key)) {
        // Resident at once; the expert itself takes its place when it is read.
        this.#coarse.add(key);
        this.#slots.fill(layer, key % this.#shape.nExperts, this.#slotOf.get(key) ?? 0);
        continue;
      }
      bytes += this.#reading.take(key);
      this.#fill(key);
    }
    if (purpose === 'pick') this.decodeBytes += bytes;
    return {
      seconds: bytes / this.#speeds.storageBytesPerSecond,
      stoodIn: keys.filter((key) => this.#coarse.has(key)).length,
    };
  }

  /** After a fault: what the next layers are likely to pick is read when there is time. `picks[layer]`: what they will pick. */
  foresee(layer: number, current: readonly number[], picks: readonly (readonly number[])[]): void {
    if (!this.#foresight) return;
    const { nExperts } = this.#shape;
    const { recall, depth } = this.#foresight;
    const keys = picks.slice(layer + 1, layer + 1 + depth).flatMap((ahead, d) => {
      const others = Array.from({ length: nExperts }, (_, expert) => expert).filter(
        (expert) => !ahead.includes(expert),
      );
      return ahead.map((expert) => {
        const wrong = others[Math.floor(this.#random() * others.length)] ?? expert;
        return (layer + 1 + d) * nExperts + (this.#random() < recall ? expert : wrong);
      });
    });
    this.#foreseen = { keys, keep: new Set([...keys, ...current.map((expert) => layer * nExperts + expert)]) };
  }

  /** A layer is computed; storage has that long. Returns the seconds. */
  compute(): number {
    const seconds = this.#speeds.computeSeconds / this.#shape.nLayers;
    let spare = seconds * this.#speeds.storageBytesPerSecond;
    while (spare > 0 && (this.#reading.size > 0 || this.#nextGuess())) {
      const spent = this.#reading.spend(spare);
      for (const key of spent.whole) this.#fill(key);
      this.decodeBytes += spare - spent.spare;
      spare = spent.spare;
    }
    return seconds;
  }

  #nextGuess(): boolean {
    const { keys, keep } = this.#foreseen;
    for (let key = keys.shift(); key !== undefined; key = keys.shift()) {
      if (this.#isResident(key) || this.#reading.has(key)) continue;
      if (this.#start(key, 'prefetch', (other) => keep.has(other))) return true;
    }
    return false;
  }

  /** What was foreseen for the layer and is not picked was foreseen wrongly. */
  #dropGuesses(layer: number, wanted: ReadonlySet<number>): void {
    if (!this.#foresight) return;
    for (const key of this.#reading.keys()) {
      if (this.#layerOf(key) === layer && !wanted.has(key) && !this.#coarse.has(key)) this.#drop(key);
    }
  }

  /** Reads that nobody waits for make way. */
  #makeRoom(key: number, purpose: Purpose, wanted: ReadonlySet<number>): void {
    while (!this.#start(key, purpose, (other) => wanted.has(other))) {
      const arena = this.#slots.arenaOf(this.#layerOf(key));
      const guess = this.#reading
        .keys()
        .find((of) => this.#slots.arenaOf(this.#layerOf(of)) === arena && !this.#coarse.has(of));
      if (guess === undefined) return;
      this.#drop(guess);
    }
  }

  #start(key: number, purpose: Purpose, keep: (key: number) => boolean): boolean {
    const taken = this.#slots.take(this.#layerOf(key), key % this.#shape.nExperts, keep, purpose);
    if (!taken) return false;
    if (this.#coarse.delete(taken.evicted)) this.#reading.take(taken.evicted);
    this.#slotOf.set(key, taken.slot);
    this.#reading.add(key);
    return true;
  }

  #fill(key: number): void {
    this.#slots.fill(this.#layerOf(key), key % this.#shape.nExperts, this.#slotOf.get(key) ?? 0);
    this.#coarse.delete(key);
    if (this.#standIns.size < this.#mostStandIns) this.#standIns.add(key);
  }

  #drop(key: number): void {
    this.#reading.take(key);
    this.#slots.evict(key);
  }

  #isResident(key: number): boolean {
    return this.#slots.isResident(this.#layerOf(key), key % this.#shape.nExperts);
  }

  #layerOf(key: number): number {
    return Math.floor(key / this.#shape.nExperts);
  }
}
