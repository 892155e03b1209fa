import { sha256Hex } from '../../src/lib/sha256';
import type { ModelConfig } from '../../src/model/config';
import { uniformFormats } from '../../src/pack/formats';
import { layoutOf, packLayout, recordNames } from '../../src/pack/layout';
import { type Manifest, type RecordEntry, recordLayouts, validateManifest } from '../../src/pack/manifest';

/** A valid pack of random bytes: right in form, sizes and hashes, without meaning as a model. */
export interface SyntheticPack {
  manifest: Manifest;
  bytes: Map<string, Uint8Array<ArrayBuffer>>;
}

/** 10 records, 0.8 MB; an expert is longer than a piece, so that pieces and their order matter. */
export const SMALL_CONFIG: ModelConfig = {
  dim: 128,
  hiddenDim: 512,
  nLayers: 2,
  nHeads: 4,
  nKvHeads: 2,
  headDim: 32,
  nExperts: 3,
  topK: 2,
  vocabSize: 256,
  ropeTheta: 10000,
  normEps: 1e-5,
  maxContext: 64,
  tieEmbeddings: false,
  bosId: 1,
  eosIds: [2],
};

/** The same seed gives the same bytes. */
export async function syntheticPack(
  seed = 1,
  config: ModelConfig = SMALL_CONFIG,
  pieceBytes = 65536,
): Promise<SyntheticPack> {
  const bytes = new Map<string, Uint8Array<ArrayBuffer>>();
  const records: RecordEntry[] = [];
  const formats = uniformFormats(config, 'q4');
  const layout = packLayout(config, formats);
  const random = xorshift(seed);
  for (const name of recordNames(config)) {
    const data = new Uint8Array(layoutOf(layout, name).bytes).map(random);
    bytes.set(name, data);
    records.push({ name, bytes: data.byteLength, sha256: await hashPieces(data, pieceBytes) });
  }
  const manifest = validateManifest({
    format: 'mixtab-pack',
    version: 2,
    name: `Synthetic ${seed}`,
    config,
    formats,
    pieceBytes,
    records,
    layouts: recordLayouts(layout),
    tokenizer: { json: '{}', chatTemplate: null, bosToken: '<s>', eosToken: '</s>', addBos: true },
    generation: { temperature: 0.7, topP: 0.95 },
    source: { name: 'synthetic', revision: String(seed), sha256: '0'.repeat(64) },
  });
  return { manifest, bytes };
}

/** The pack with some records replaced by those of another pack of the same shape: a new revision that shares the rest. */
export function withRecordsOf(pack: SyntheticPack, other: SyntheticPack, names: string[]): SyntheticPack {
  const pick = (name: string): SyntheticPack => (names.includes(name) ? other : pack);
  const records = pack.manifest.records.map(({ name }) => recordOf(pick(name), name));
  return {
    manifest: validateManifest({ ...pack.manifest, name: other.manifest.name, records }),
    bytes: new Map(records.map(({ name }) => [name, bytesOf(pick(name), name)])),
  };
}

export function recordOf(pack: SyntheticPack, name: string): RecordEntry {
  const record = pack.manifest.records.find((entry) => entry.name === name);
  if (!record) throw new Error(`the pack has no ${name}`);
  return record;
}

export function bytesOf(pack: SyntheticPack, name: string): Uint8Array<ArrayBuffer> {
  const bytes = pack.bytes.get(name);
  if (!bytes) throw new Error(`the pack has no ${name}`);
  return bytes;
}

/** A copy with one bit flipped. */
export function flipped(bytes: Uint8Array<ArrayBuffer>, at = bytes.byteLength - 1): Uint8Array<ArrayBuffer> {
  return bytes.map((byte, index) => (index === at ? byte ^ 1 : byte));
}

async function hashPieces(data: Uint8Array<ArrayBuffer>, pieceBytes: number): Promise<string[]> {
  const hashes: string[] = [];
  for (let at = 0; at < data.byteLength; at += pieceBytes) {
    hashes.push(await sha256Hex(data.subarray(at, at + pieceBytes)));
  }
  return hashes;
}

/** Random bytes. */
function xorshift(seed: number): () => number {
  let state = seed * 0x9e3779b9 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state & 255;
  };
}
