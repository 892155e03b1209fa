import { expertName } from '../pack/layout';
import type { ReadOptions, RecordReader, RecordSink } from '../pack/record-reader';
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
  readonly #nExperts: number;

  constructor(reader: RecordReader, { nExperts, totals }: ExpertSourceOptions) {
    this.reader = reader;
    this.#nExperts = nExperts;
    this.reads = new ReadMeter(totals ?? { readMs: 0, readsMs: 0, mostReads: 0 });
  }

  /** Bytes that the RAM tier holds now. */
  get ramBytesUsed(): number {
    return 0;
  }

  /** Whether the expert can be read without waiting for an import to bring it. */
  has(key: number): boolean {
    return this.reader.has(this.#nameOf(key));
  }

  /** Reads as {@link RecordReader} does (the sink must not keep the pieces); resolves to where the bytes came from. */
  async read(key: number, sink: RecordSink, options: ReadOptions = {}): Promise<ExpertTier> {
    const onReads = (change: 1 | -1) => this.reads.add(change);
    await this.reader.read(this.#nameOf(key), (piece, offset) => void sink(piece, offset), { ...options, onReads });
    return 'storage';
  }

  /** Changes the RAM tier's budget; what no longer fits is let go at once. */
  resizeRam(_ramBytes: number): void {}

  #nameOf(key: number): string {
    return expertName(Math.floor(key / this.#nExperts), key % this.#nExperts);
  }
}
