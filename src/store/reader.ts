import { throwIfAborted, untilAborted } from '../lib/abort';
import { forEachInFlight } from '../lib/in-flight';
import type { Manifest, RecordEntry } from '../pack/manifest';
import type { ReadOptions, RecordReader, RecordSink } from '../pack/record-reader';
import { MixtabError } from '../protocol/errors';
import { bufferPool } from './buffer-pool';
import { fetchRecord } from './fetch-record';
import type { ModelStore } from './model-store';
import type { PackSource } from './pack-source';
import { type Lane, ReadLanes } from './read-lanes';
import { isBroken } from './store-errors';
import { STRIPE_COUNTS, StripeTuner } from './stripe-tuner';
import { type Stripe, type VerifiedPiecesOptions, verifiedPieces } from './verified-pieces';

/** Shorter records are over before a difference could be measured. */
const LEAST_TUNED_PIECES = 8;

/** Stripes of all records that are read at the same time: three records'. */
const LANES = 12;

export interface RecordReaderOptions extends Pick<VerifiedPiecesOptions, 'stallMs' | 'openStream'> {
  /** Called with each record that is found missing or broken in the store, and with each that could not be put back. */
  onBroken?: ((record: string, error: MixtabError) => void) | undefined;
  /** Stripes of a record that are read at the same time. Default: as many as turn out to be fastest. */
  stripes?: number | undefined;
  /** The reader's life: when it fires, records that are being fetched anew are given up. */
  signal?: AbortSignal | undefined;
}

/** Where a reader learns what a record has to be. */
export interface RecordIndex {
  readonly pieceBytes: number;
  /** Whether {@link entry} has an answer without waiting. */
  has(name: string): boolean;
  /** The record's length and hashes, once it is in the store. Rejects where it cannot come, and with `aborted`. */
  entry(name: string, signal?: AbortSignal): Promise<RecordEntry>;
}

/** The store's records for the pager; see the contract. `source` mends what is broken; with null the read is refused. */
export function recordReader(
  manifest: Manifest,
  store: ModelStore,
  source: PackSource | null,
  options: RecordReaderOptions = {},
): RecordReader {
  return indexReader(manifestIndex(manifest), store, source, options);
}

/** As {@link recordReader}, of a model whose records are still coming. */
export function arrivingReader(index: RecordIndex, store: ModelStore): RecordReader {
  return indexReader(index, store, null);
}

/** As {@link recordReader}, of whatever the index knows. */
export function indexReader(
  index: RecordIndex,
  store: Pick<ModelStore, 'get' | 'put'>,
  source: PackSource | null,
  options: RecordReaderOptions = {},
): RecordReader {
  return new StoreReader(index, store, source, options);
}

function manifestIndex({ pieceBytes, records }: Manifest): RecordIndex {
  const byName = new Map(records.map((record) => [record.name, record]));
  return {
    pieceBytes,
    has: () => true,
    async entry(name) {
      const record = byName.get(name);
      if (record) return record;
      throw new MixtabError('internal', `reading a record: expected a name in the manifest, got ${name}`);
    },
  };
}

class StoreReader implements RecordReader {
  readonly #index: RecordIndex;
  readonly #store: Pick<ModelStore, 'get' | 'put'>;
  readonly #source: PackSource | null;
  readonly #options: RecordReaderOptions;
  readonly #streaming: VerifiedPiecesOptions;
  readonly #tuner = new StripeTuner();
  /** Records being read now. */
  #reading = 0;
  readonly #pool;
  readonly #lanes = new ReadLanes(LANES);
  /** Handles, not bytes: with one at hand a read needs no transaction, which a writer could hold up. */
  readonly #blobs = new Map<string, Blob>();
  /** Blobs whose every piece was right; they are not hashed again. */
  readonly #verified = new WeakSet<Blob>();
  readonly #mending = new Map<string, Promise<Blob>>();

  constructor(
    index: RecordIndex,
    store: Pick<ModelStore, 'get' | 'put'>,
    source: PackSource | null,
    options: RecordReaderOptions,
  ) {
    this.#index = index;
    this.#store = store;
    this.#source = source;
    this.#options = options;
    const { stallMs, openStream } = options;
    this.#streaming = { stallMs, openStream };
    this.#pool = bufferPool(index.pieceBytes, LANES);
  }

  has(name: string): boolean {
    return this.#index.has(name);
  }

  async read(name: string, sink: RecordSink, options: ReadOptions = {}): Promise<void> {
    const { signal } = options;
    throwIfAborted(signal);
    const record = await this.#index.entry(name, signal);
    const blob = await this.#blob(record);
    try {
      await this.#deliver(record, blob, sink, options);
    } catch (error) {
      if (!isBroken(error)) throw error;
      const mended = await untilAborted(this.#mended(record, blob, error), signal);
      await this.#deliver(record, mended, sink, options);
    }
  }

  async #blob(record: RecordEntry): Promise<Blob | undefined> {
    const known = this.#blobs.get(record.name);
    if (known) return known;
    const stored = await this.#store.get(record);
    if (stored && !this.#blobs.has(record.name)) this.#blobs.set(record.name, stored);
    return this.#blobs.get(record.name);
  }

  async #deliver(
    record: RecordEntry,
    blob: Blob | undefined,
    sink: RecordSink,
    { signal, urgent = () => true, onReads = () => {} }: ReadOptions,
  ): Promise<void> {
    const pieces = Math.ceil(record.bytes / this.#index.pieceBytes);
    const hashing = blob === undefined || !this.#verified.has(blob);
    const tuning = this.#options.stripes === undefined && !hashing && pieces >= LEAST_TUNED_PIECES;
    const count = tuning ? this.#tuner.choose() : (this.#options.stripes ?? STRIPE_COUNTS[0]);
    const stripes = stripesOf(pieces, count);
    const measured = tuning && urgent();
    const startedAt = performance.now();
    const atOnce = ++this.#reading;
    await forEachInFlight(stripes, stripes.length, signal, async (stripe, stop) => {
      const lane = this.#lanes.enter({ urgent, onReads });
      try {
        await this.#deliverStripe(record, blob, stripe, sink, lane, hashing, stop);
      } finally {
        lane.leave();
      }
    }).finally(() => this.#reading--);
    // Reads at the same time share what the storage gives.
    const share = 2 / (atOnce + this.#reading + 1);
    if (measured) this.#tuner.measured(count, record.bytes / share / (performance.now() - startedAt));
    if (blob) this.#verified.add(blob);
  }

  async #deliverStripe(
    record: RecordEntry,
    blob: Blob | undefined,
    stripe: Stripe,
    sink: RecordSink,
    lane: Lane,
    hashing: boolean,
    signal: AbortSignal,
  ): Promise<void> {
    const { pieceBytes } = this.#index;
    const options = { ...this.#streaming, stripe, hashing, signal, turn: () => lane.turn(signal) };
    let offset = stripe.first * pieceBytes;
    for await (const piece of verifiedPieces(record, blob, pieceBytes, this.#pool, options)) {
      throwIfAborted(signal);
      const answer = sink(piece, offset);
      if (answer === true || answer instanceof ArrayBuffer) this.#pool.keep(piece.buffer);
      if (answer instanceof ArrayBuffer) this.#pool.give(answer);
      offset += piece.byteLength;
    }
  }

  /** A good copy in place of `broken`; readers that find the same record broken share one fetch. */
  #mended(record: RecordEntry, broken: Blob | undefined, error: MixtabError): Promise<Blob> {
    const current = this.#blobs.get(record.name);
    if (current && current !== broken) return Promise.resolve(current);
    const running = this.#mending.get(record.name);
    if (running) return running;
    const mending = this.#mend(record, error).finally(() => this.#mending.delete(record.name));
    this.#mending.set(record.name, mending);
    return mending;
  }

  async #mend(record: RecordEntry, error: MixtabError): Promise<Blob> {
    const { onBroken, signal } = this.#options;
    onBroken?.(record.name, error);
    if (!this.#source) {
      this.#blobs.delete(record.name); // It may be mended in another worker; the next read looks again.
      throw error;
    }
    // The broken copy stays in the store till there is a good one: a pack that lacks a record does not start offline at all.
    const blob = await fetchRecord(this.#source, this.#index, record, { signal }).catch((fetchError: unknown) => {
      throw unmended(error, fetchError);
    });
    this.#blobs.set(record.name, blob);
    try {
      await this.#store.put(record, blob);
    } catch (putError) {
      // The fetched copy serves this session; the next start fetches it again.
      if (!(putError instanceof MixtabError)) throw putError;
      onBroken?.(record.name, putError);
    }
    return blob;
  }
}

/** Cuts `pieces` pieces into up to `most` stripes of about the same length. */
function stripesOf(pieces: number, most: number): Stripe[] {
  const count = Math.min(pieces, most);
  const border = (n: number) => Math.round((n * pieces) / count);
  return Array.from({ length: count }, (_, n) => ({ first: border(n), end: border(n + 1) }));
}

/** Why a broken record stays broken. What the source says of the record itself, or an abort, needs no addition. */
function unmended(broken: MixtabError, fetching: unknown): unknown {
  if (!(fetching instanceof MixtabError) || fetching.code !== 'network-failed') return fetching;
  const message = `${broken.message}; a new copy could not be had: ${fetching.message}`;
  return new MixtabError('record-broken', message, broken.hint, broken.data, fetching);
}
