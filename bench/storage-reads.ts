import { sha256Hex } from '../src/lib/sha256';
import type { RecordEntry } from '../src/pack/manifest';
import { openModelStore } from '../src/store/model-store';
import { indexReader } from '../src/store/reader';

/** Runs in a worker; scripts/storage-reads.mjs starts it. Records as long as an expert of Mixtral 8x7B, read from IndexedDB in several ways. */
const RECORD_BYTES = 99_090_432;
const PIECE_BYTES = 4 * 1024 * 1024;
const RECORDS = 8;
/** 0: as the reader sees fit. */
const STRIPES = [1, 2, 4, 0];

/** The first read of a session with so many stripes hashes. */
interface Order {
  stripes: number;
  /** Records that are read at the same time. */
  atOnce: number;
}

type Store = Awaited<ReturnType<typeof openModelStore>>;

async function entries(store: Store): Promise<RecordEntry[]> {
  const found: RecordEntry[] = [];
  for (let n = 0; n < RECORDS; n++) {
    const bytes = new Uint8Array(RECORD_BYTES);
    for (let at = 0; at < 1 << 20; at += 65536) crypto.getRandomValues(bytes.subarray(at, at + 65536));
    for (let at = 1 << 20; at < RECORD_BYTES; at += 1 << 20)
      bytes.set(bytes.subarray(0, Math.min(1 << 20, RECORD_BYTES - at)), at);
    const sha256: string[] = [];
    for (let at = 0; at < RECORD_BYTES; at += PIECE_BYTES) {
      new DataView(bytes.buffer).setUint32(at, n * 1000 + at / PIECE_BYTES);
      sha256.push(await sha256Hex(bytes.subarray(at, at + PIECE_BYTES)));
    }
    const entry = { name: `expert/0/${n}`, bytes: RECORD_BYTES, sha256 };
    if (!(await store.get(entry))) await store.put(entry, new Blob([bytes]));
    found.push(entry);
  }
  return found;
}

/** MB/s over all records, `atOnce` at a time. */
async function rate(read: (name: string) => Promise<void>, names: string[], atOnce: number): Promise<number> {
  const queue = [...names];
  const startedAt = performance.now();
  const lane = async () => {
    for (let name = queue.shift(); name !== undefined; name = queue.shift()) await read(name);
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return (names.length * RECORD_BYTES) / 1000 / (performance.now() - startedAt);
}

type Read = (name: string) => Promise<void>;

/** Ways to read, by stripes; and the names of what there is to read. */
async function prepare(): Promise<{ names: string[]; reads: Map<number, Read> }> {
  const store = await openModelStore('bench-storage-reads');
  const made = await entries(store);
  const index = {
    pieceBytes: PIECE_BYTES,
    has: () => true,
    entry: async (name: string) => made.find((entry) => entry.name === name) as RecordEntry,
  };
  const target = new Uint8Array(PIECE_BYTES);
  const reads = STRIPES.map((stripes): [number, Read] => {
    const reader = indexReader(index, store, null, { stripes: stripes || undefined });
    // One copy of each piece, as the upload makes one.
    return [stripes, (name) => reader.read(name, (piece) => target.set(piece))];
  });
  return { names: made.map(({ name }) => name), reads: new Map(reads) };
}

let prepared: ReturnType<typeof prepare> | undefined;

/** Resolves to MB/s. */
async function run({ stripes, atOnce }: Order): Promise<number> {
  prepared ??= prepare();
  const { names, reads } = await prepared;
  return rate(reads.get(stripes) as Read, names, atOnce);
}

self.onmessage = ({ data }: MessageEvent<Order>) => {
  run(data).then(
    (result) => self.postMessage({ result }),
    (error: unknown) => self.postMessage({ error: String(error) }),
  );
};
