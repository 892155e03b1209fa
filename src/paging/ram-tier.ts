import { type HeldPiece, RamDraft } from './ram-draft';
import { RequestCounts } from './request-counts';

export interface RamTierOptions {
  /** Whether the GPU has the expert now. */
  isResident?: ((key: number) => boolean) | undefined;
  /** Throws where there is no memory. */
  allocate?: ((bytes: number) => ArrayBuffer) | undefined;
}

/** Requests after which an old one counts half: Mixtral 8x7B's 256 experts four times over. */
const HALF_LIFE = 1024;

/** What a copy of an expert that is on the GPU is worth, of what it is worth once it is not: it is not asked for while it is there. */
const WORTH_ON_GPU = 0.5;

/**
 * Experts in system memory, as lists of the pieces in which they were read; the buffers are taken over from the reader.
 *
 * An expert can be had only when it is read on its way to the GPU. Who holds the latest of them holds what the GPU holds. So those are held that
 * are asked for most often (all requests here are misses of the GPU): a newcomer drives out others only where it has more requests (Einziger,
 * Friedman and Manes, TinyLFU, arXiv 1512.00727).
 */
export class RamTier {
  readonly #counts: RequestCounts;
  readonly #isResident: (key: number) => boolean;
  readonly #allocate: (bytes: number) => ArrayBuffer;
  readonly #held = new Map<number, { pieces: readonly HeldPiece[]; bytes: number }>();
  readonly #drafts = new Set<RamDraft>();
  #budgetBytes: number;

  constructor(budgetBytes: number, options: RamTierOptions = {}) {
    const { isResident = () => false, allocate = (bytes) => new ArrayBuffer(bytes) } = options;
    this.#budgetBytes = budgetBytes;
    this.#counts = new RequestCounts(HALF_LIFE);
    this.#isResident = isResident;
    this.#allocate = allocate;
  }

  /** Bytes that are held or set aside for experts on their way; never above the budget. */
  get bytes(): number {
    const held = [...this.#held.values()].reduce((sum, { bytes }) => sum + bytes, 0);
    return [...this.#drafts].reduce((sum, { bytes }) => sum + bytes, held);
  }

  has(key: number): boolean {
    return this.#held.has(key);
  }

  /** The expert's pieces, in the order of their offsets; counts the request. */
  request(key: number): readonly HeldPiece[] | undefined {
    this.#counts.add(key);
    return this.#held.get(key)?.pieces;
  }

  /** Begins to hold an expert of so many `heldBytes`, if it is worth it; others may be let go for it. */
  offer(key: number, bytes: number): RamDraft | null {
    if (bytes > this.#budgetBytes || this.#held.has(key)) return null;
    const lesser = this.#leastWorth().filter((other) => this.#worth(other) < this.#counts.of(key) * WORTH_ON_GPU);
    const spares: ArrayBuffer[] = [];
    const victims: number[] = [];
    let missing = this.bytes + bytes - this.#budgetBytes;
    while (missing > 0) {
      const victim = lesser.shift();
      if (victim === undefined) return null;
      victims.push(victim);
      missing -= this.#held.get(victim)?.bytes ?? 0;
    }
    for (const victim of victims) {
      spares.push(...(this.#held.get(victim)?.pieces ?? []).map((piece) => piece.bytes.buffer));
      this.#held.delete(victim);
    }
    const draft = new RamDraft(bytes, spares, this.#allocate, {
      finish: (pieces, held) => {
        if (this.#drafts.delete(draft)) this.#held.set(key, { pieces, bytes: held });
      },
      drop: (outOfMemory) => {
        if (this.#drafts.delete(draft) && outOfMemory) this.#budgetBytes = this.bytes;
      },
    });
    this.#drafts.add(draft);
    return draft;
  }

  /** What no longer fits is let go at once, the least worth first. */
  resize(budgetBytes: number): void {
    this.#budgetBytes = budgetBytes;
    for (const key of this.#leastWorth()) {
      if (this.bytes <= budgetBytes) return;
      this.#held.delete(key);
    }
    for (const draft of this.#drafts) {
      if (this.bytes > budgetBytes) draft.drop();
    }
  }

  #leastWorth(): number[] {
    return [...this.#held.keys()].sort((a, b) => this.#worth(a) - this.#worth(b));
  }

  #worth(key: number): number {
    return this.#counts.of(key) * (this.#isResident(key) ? WORTH_ON_GPU : 1);
  }
}

/**
 * The RAM tier's bytes where the user names none: a quarter of the device's memory, at most 4 GB, at most what all experts take, and none when
 * every expert has a slot on the GPU. `deviceMemoryGb`: `navigator.deviceMemory`, which not every browser has.
 */
export function defaultRamBytes(
  deviceMemoryGb: number | undefined,
  expertsBytes: number,
  gpuSlotsBytes: number,
): number {
  if (gpuSlotsBytes >= expertsBytes) return 0;
  const share = deviceMemoryGb === undefined ? 1e9 : Math.min((deviceMemoryGb * 1e9) / 4, 4e9);
  return Math.min(share, expertsBytes);
}
