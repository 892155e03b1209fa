import { CHUNK_BYTES, type Checkpoint } from '../src/checkpoint/checkpoint';
import { convertRecord } from '../src/checkpoint/convert-record';
import { GGUF_TYPES } from '../src/checkpoint/gguf-types';
import { packRows } from '../src/checkpoint/pack-rows';
import { planChunks } from '../src/checkpoint/stored-rows';
import type { WeightType } from '../src/checkpoint/weight-types';
import type { ModelConfig } from '../src/model/config';
import { GROUP_BYTES, type MatrixFormat, uniformFormats } from '../src/pack/formats';
import { type PackLayout, packLayout } from '../src/pack/layout';
import { type Figure, median } from './figures';
import { randomBlocks } from './random-blocks';

const ROUNDS = 3;
/** Far larger than any cache. */
const COPY_BYTES = 256 * 1024 * 1024;
const RING_BYTES = 64 * 1024 * 1024;

const CASES: [type: string, format: MatrixFormat, name: string][] = [
  ['Q4_0', 'q4', 'repack Q4_0'],
  ['Q4_K', 'q4a', 'repack Q4_K'],
  ['Q5_K', 'q6a', 'repack Q5_K'],
  ['Q6_K', 'q6', 'repack Q6_K'],
  ['Q8_0', 'q8', 'repack Q8_0'],
  ['BF16', 'q4', 'quantize BF16 to q4'],
  ['BF16', 'q8', 'quantize BF16 to q8'],
];

/** Mixtral 8x7B as it is most often downloaded, and how many workers an import has at most. */
const DOWNLOADS: [bytes: number, name: string, by: string][] = [
  [26e9, 'Q4_0, 26 GB', 'repack Q4_0'],
  [93e9, 'BF16, 93 GB', 'quantize BF16 to q4'],
];
const WORKERS = 4;

/** An expert with rows as long as Mixtral's, of a third of its height. */
const CONFIG: ModelConfig = {
  dim: 4096,
  hiddenDim: 4096,
  nLayers: 1,
  nHeads: 32,
  nKvHeads: 8,
  headDim: 128,
  nExperts: 1,
  topK: 1,
  vocabSize: 32,
  ropeTheta: 1e6,
  normEps: 1e-5,
  maxContext: 4096,
  tieEmbeddings: false,
  bosId: 1,
  eosIds: [2],
};

/**
 * How fast one worker makes records of weights in memory, hashes of source and pieces and all, in MB of the source a second of processor
 * time and as a share of a plain memory copy in the same round. Nothing is read or stored. Kinds take turns, as the machine's speed drifts.
 */
export async function benchImport(log: (line: string) => void): Promise<Figure[]> {
  const from = new Uint8Array(COPY_BYTES).fill(1);
  const to = new Uint8Array(COPY_BYTES);
  const works = CASES.flatMap(([type, format, name]) => worksOf(type, format, name));
  const rates = new Map<string, { rate: number; share: number }[]>();
  const copies: number[] = [];
  // The first round is for the compiler alone.
  for (let round = -1; round < ROUNDS; round++) {
    log(`Round ${round + 1} of ${ROUNDS} ...`);
    const copy = await rateOf(COPY_BYTES, () => to.set(from));
    if (round >= 0) copies.push(copy);
    for (const { name, bytes, run } of works) {
      const rate = await rateOf(bytes, run);
      if (round >= 0) rates.set(name, [...(rates.get(name) ?? []), { rate, share: (100 * rate) / copy }]);
    }
  }
  const figures: Figure[] = [{ name: 'plain memory copy', value: median(copies), unit: 'MB/s' }];
  const rate = (name: string) => median((rates.get(name) ?? []).map((r) => r.rate));
  for (const [name, all] of rates) {
    figures.push({ name, value: rate(name), unit: 'MB/s' });
    figures.push({ name: `${name}, share of a copy`, value: median(all.map(({ share }) => share)), unit: '%' });
  }
  for (const [bytes, name, by] of DOWNLOADS) {
    figures.push({
      name: `Mixtral 8x7B, ${name}, on ${WORKERS} workers`,
      value: bytes / 1e6 / rate(by) / WORKERS / 60,
      unit: 'min',
    });
  }
  return figures;
}

interface Work {
  name: string;
  /** Of the source. */
  bytes: number;
  run(): unknown;
}

/** Making a record, and of that the packing alone. */
function worksOf(typeName: string, format: MatrixFormat, name: string): [Work, Work] {
  const type = Object.values(GGUF_TYPES).find((known) => known.name === typeName) as WeightType;
  const ring = randomBlocks(type, RING_BYTES);
  const pack = packLayout(CONFIG, uniformFormats(CONFIG, format));
  const bytes = (3 * CONFIG.dim * CONFIG.hiddenDim * type.bytes) / type.block;
  const chunk = ring.subarray(0, ring.length - (ring.length % (256 * type.bytes)));
  const weights = (chunk.length / type.bytes) * type.block;
  const group = GROUP_BYTES[format];
  const q = new Uint8Array((weights / 32) * group.q);
  const scales = new Uint16Array((weights / 64) * group.scale);
  return [
    { name, bytes, run: () => convertRecord(ringCheckpoint(type, ring), pack as PackLayout, 'expert/0/0', () => {}) },
    {
      name: `${name}, without hashes`,
      bytes: chunk.length,
      run: () => packRows(type, chunk, format, { q, scales }, { squaredError: 0, squaredNorm: 0 }),
    },
  ];
}

/** An expert whose reads go round in a buffer. */
function ringCheckpoint(type: WeightType, ring: Uint8Array<ArrayBuffer>): Pick<Checkpoint, 'chunks'> {
  const room = Math.floor((ring.length - CHUNK_BYTES) / type.bytes) * type.bytes;
  const source = {
    name: 'ring',
    size: 2 ** 40,
    read: async (offset: number, length: number) => ring.subarray(offset % room, (offset % room) + length),
  };
  const stored = { type, source, offset: 0, rows: CONFIG.dim, cols: CONFIG.dim, headDim: 0 };
  const bytesEach = (CONFIG.dim * CONFIG.dim * type.bytes) / type.block;
  const places = ['w1', 'w3', 'w2'];
  return { chunks: (_, tensor) => planChunks([{ ...stored, offset: places.indexOf(tensor) * bytesEach }]) };
}

/** MB a second of processor time, all threads of this process together: what others do on the machine counts less so. */
async function rateOf(bytes: number, run: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(before);
  return bytes / (user + system);
}
