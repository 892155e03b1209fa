import { throwIfAborted } from '../lib/abort';
import { expertName } from '../pack/layout';
import type { ReadOptions, RecordReader, RecordSink } from '../pack/record-reader';
import { heldBytes } from './ram-draft';
import { RamTier } from './ram-tier';
import { ReadMeter, type ReadTotals } from './read-meter';

export type ExpertTier = 'ram' | 'storage';

export interface ExpertSourceOptions {
  nExperts: number;
  /** Bytes of system memory for experts that have no slot; 0: none. */
  ramBytes: number;
  /** Where the reads' times are added up. */
  totals?: ReadTotals | undefined;
}

/** Where the pager reads experts from: RAM where they are there, else storage. Keys are `layer * nExperts + expert`. */
export class ExpertSource {
  readonly reader: RecordReader;
  /** Of `totals`. */
  readonly reads: ReadMeter;
  /** Whether the GPU has the expert now: a copy of it in RAM is worth less then. To be set by who knows. */
  isResident: (key: number) => boolean = () => false;
  readonly #nExperts: number;
  readonly #ram: RamTier;
  /** Memory that experts take, of those that have been read. */
  readonly #heldBytes = new Map<number, number>();
  #mostHeldBytes = 0;

  constructor(reader: RecordReader, { nExperts, ramBytes, totals }: ExpertSourceOptions) {
    this.reader = reader;
    this.reads = new ReadMeter(totals ?? { readMs: 0, readsMs: 0, mostReads: 0 });
    this.#nExperts = nExperts;
    this.#ram = new RamTier(ramBytes, { isResident: (key) => this.isResident(key) });
  }

  /** Bytes that the RAM tier takes now. */
  get ramBytesUsed(): number {
    return this.#ram.bytes;
  }

  /** Whether the expert can be read without waiting for an import to bring it. */
  has(key: number): boolean {
    return this.#ram.has(key) || this.reader.has(this.#nameOf(key));
  }

  /** Reads as {@link RecordReader} does, but the sink must not keep the pieces; resolves to where the bytes came from. */
  async read(key: number, sink: RecordSink, options: ReadOptions = {}): Promise<ExpertTier> {
    throwIfAborted(options.signal);
    const held = this.#ram.request(key);
    if (held) {
      for (const { bytes, offset } of held) sink(bytes, offset);
      return 'ram';
    }
    // Before any expert has been read nobody knows how long they are; that one is not held.
    const expected = this.#heldBytes.get(key) ?? this.#mostHeldBytes;
    const draft = expected > 0 ? this.#ram.offer(key, expected) : null;
    const sizes = new Map<number, number>();
    const onReads = (change: 1 | -1) => this.reads.add(change);
    try {
      await this.reader.read(
        this.#nameOf(key),
        (piece, offset) => {
          sink(piece, offset);
          sizes.set(offset, heldBytes(piece));
          return draft?.add(piece, offset);
        },
        { ...options, onReads },
      );
      draft?.finish();
    } finally {
      draft?.drop();
    }
    const bytes = [...sizes.values()].reduce((sum, size) => sum + size, 0);
    this.#heldBytes.set(key, bytes);
    this.#mostHeldBytes = Math.max(this.#mostHeldBytes, bytes);
    return 'storage';
  }

  /** Changes the RAM tier's budget; what no longer fits is let go at once. */
  resizeRam(ramBytes: number): void {
    this.#ram.resize(ramBytes);
  }

  #nameOf(key: number): string {
    return expertName(Math.floor(key / this.#nExperts), key % this.#nExperts);
  }
}
