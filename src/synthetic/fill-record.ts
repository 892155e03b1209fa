import { toF16Bits } from '../lib/f16';
import { GROUP } from '../model/config';
import { layoutOf, type PackLayout, type Part, partOf, plane, recordKind } from '../pack/layout';
import { FEATURES_OF_EXPERT, featurePlan, gateShares, SHARPNESS, SMOOTH_VARIANCE } from './features';
import { Random } from './random';

type Bytes = Uint8Array<ArrayBuffer>;

/** Words of a q4 group's codes, of which 8 stand for 0: all zero, random signs times 4, and random. */
const ZERO = 0x88888888;
const SIGNS = { random: 0x88888888, fixed: 0x44444444 };
/** Of code 15 in the lowest nibble, which is 7, and zeros. */
const SEVEN_FIRST = 0x8888888f;
const WORDS = GROUP / 8;

/** Exponents of random scales: 2^e to 2^(e+1). Experts and common attention weights add too little to the hidden state to disturb its features. */
const EXPERT_EXPONENT = -12;
const ATTENTION_EXPONENT = -14;
/** Logits deviate by a half from each other: any token may be next. */
const OUTPUT_EXPONENT = -10;

/** Scale of the rows of wv that make features of the token part, and the deviation of a feature in the hidden state. */
const VALUE_SCALE = 2 ** -8;
const FEATURE = 0.2;

/** Writes a record of a synthetic model: all of `bytes`, which is as long as its layout says. The same name gives the same bytes. */
export function fillRecord(pack: PackLayout, name: string, bytes: Bytes): void {
  const { parts } = layoutOf(pack, name);
  const random = new Random(name);
  bytes.subarray(paddingFrom(parts)).fill(0);
  switch (recordKind(pack.config, name)) {
    case 'embedding':
      fillEmbedding(pack, name, bytes, random);
      break;
    case 'layer':
      fillLayer(pack, name, bytes, random);
      break;
    case 'head':
      fillMatrix(partOf(layoutOf(pack, name), 'output'), bytes, random, OUTPUT_EXPONENT);
      f32(partOf(layoutOf(pack, name), 'norm'), bytes).fill(1);
      break;
    case 'expert':
      for (const part of parts) fillMatrix(part, bytes, random, EXPERT_EXPONENT);
  }
}

/** Planes are aligned: what lies behind the last is not theirs. Between planes of these shapes nothing does. */
const paddingFrom = (parts: Part[]): number =>
  Math.max(...parts.flatMap(({ planes }) => Object.values(planes).map(({ offset, bytes }) => offset + bytes)));

const codes = (part: Part, bytes: Bytes) => plane(part, 'q', bytes, Uint32Array);
const scales = (part: Part, bytes: Bytes) => plane(part, 'scale', bytes, Uint16Array);
const f32 = (part: Part, bytes: Bytes) => plane(part, 'values', bytes, Float32Array);

function fillMatrix(part: Part, bytes: Bytes, random: Random, exponent: number): void {
  random.fill(codes(part, bytes));
  const bits = (exponent + 15) << 10;
  random.fill(plane(part, 'scale', bytes, Uint32Array), 0x03ff03ff, bits | (bits << 16));
}

/** Every row: random signs, the constant, and zeros where layers will write. */
function fillEmbedding(pack: PackLayout, name: string, bytes: Bytes, random: Random): void {
  const { tokenDims, constant } = featurePlan(pack.config);
  const part = partOf(layoutOf(pack, name), 'tok_embeddings');
  const groups = pack.config.dim / GROUP;
  const [q, scale] = [codes(part, bytes), scales(part, bytes)];
  const constantGroup = tokenDims / GROUP;
  for (let row = 0; row < pack.config.vocabSize; row++) {
    const [at, scaleAt] = [row * groups * WORDS, row * groups];
    const token = at + constantGroup * WORDS;
    random.fill(q.subarray(at, token), SIGNS.random, SIGNS.fixed);
    q.fill(ZERO, token, at + groups * WORDS);
    q[token] = SEVEN_FIRST;
    scale.fill(toF16Bits(1 / 4), scaleAt, scaleAt + constantGroup);
    scale.fill(toF16Bits(constant / 7), scaleAt + constantGroup, scaleAt + groups);
  }
}

function fillLayer(pack: PackLayout, name: string, bytes: Bytes, random: Random): void {
  const { config: c } = pack;
  const layout = layoutOf(pack, name);
  const layer = Number(name.split('/')[1]) - 1;
  const { tokenDims, constant, features, region, rms } = featurePlan(c);
  const wqkv = partOf(layout, 'wqkv');
  const wo = partOf(layout, 'wo');
  fillMatrix(wqkv, bytes, random, ATTENTION_EXPONENT);
  fillMatrix(wo, bytes, random, ATTENTION_EXPONENT);
  for (const norm of ['attention_norm', 'ffn_norm']) f32(partOf(layout, norm), bytes).fill(1);
  fillGate(pack, layer, f32(partOf(layout, 'gate'), bytes), random);

  const [queries, keys, values] = [0, c.nHeads, c.nHeads + c.nKvHeads].map((head) => head * c.headDim) as [
    number,
    number,
    number,
  ];
  const toHidden = (FEATURE * rms) / (7 * 4 * VALUE_SCALE * Math.sqrt(tokenDims));
  for (const [kvHead, sharpness] of [SHARPNESS.smooth, SHARPNESS.fresh].entries()) {
    const head = kvHead * (c.nHeads / c.nKvHeads);
    // A score is sqrt(headDim) q k mean(cos): every element of q is the same, and of k.
    const element = Math.sqrt(sharpness / Math.sqrt(c.headDim));
    const scale = (element * rms) / (7 * constant);
    for (let i = 0; i < c.headDim; i++) {
      oneWeight(wqkv, bytes, queries + head * c.headDim + i, tokenDims, scale);
      oneWeight(wqkv, bytes, keys + kvHead * c.headDim + i, tokenDims, scale);
    }
    for (let i = 0; i < features; i++) {
      signsOfToken(wqkv, bytes, values + kvHead * c.headDim + i, tokenDims, random);
      oneWeight(wo, bytes, region(layer) + kvHead * features + i, head * c.headDim + i, toHidden);
    }
  }
}

/** Makes a row zero but for 7 times `scale` in one column. */
function oneWeight(part: Part, bytes: Bytes, row: number, column: number, scale: number): void {
  const groups = (part.shape[1] as number) / GROUP;
  const at = row * groups;
  const group = at + Math.floor(column / GROUP);
  const element = column % GROUP;
  codes(part, bytes).fill(ZERO, at * WORDS, (at + groups) * WORDS);
  // Byte j of a group has element j in its low nibble and j + 16 in its high one.
  plane(part, 'q', bytes, Uint8Array)[group * 16 + (element % 16)] = element < 16 ? 0x8f : 0xf8;
  scales(part, bytes)[group] = toF16Bits(scale);
}

function signsOfToken(part: Part, bytes: Bytes, row: number, tokenDims: number, random: Random): void {
  const groups = (part.shape[1] as number) / GROUP;
  const [at, end] = [row * groups, row * groups + tokenDims / GROUP];
  const q = codes(part, bytes);
  random.fill(q.subarray(at * WORDS, end * WORDS), SIGNS.random, SIGNS.fixed);
  q.fill(ZERO, end * WORDS, (at + groups) * WORDS);
  scales(part, bytes).fill(toF16Bits(VALUE_SCALE), at, at + groups);
}

/** Logits of unit variance, made of the shares that {@link gateShares} names. */
function fillGate(pack: PackLayout, layer: number, gate: Float32Array<ArrayBuffer>, random: Random): void {
  const { dim, nExperts } = pack.config;
  const { tokenDims, features, region, sources, rms } = featurePlan(pack.config);
  const share = gateShares(layer);
  const from = sources(layer);
  const weight = (variance: number, of: number) => rms * Math.sqrt(variance / of);
  const read = from.length * FEATURES_OF_EXPERT * FEATURE ** 2;
  const weights = {
    token: weight(share.token, tokenDims),
    smooth: weight(share.smooth, read * SMOOTH_VARIANCE),
    fresh: weight(share.fresh, read),
  };
  gate.fill(0);
  for (let expert = 0; expert < nExperts; expert++) {
    const row = expert * dim;
    for (const [i, sign] of random.signs(tokenDims).entries()) gate[row + i] = sign * weights.token;
    for (const source of from) {
      const at = row + region(source) + expert * FEATURES_OF_EXPERT;
      gate.fill(weights.smooth, at, at + FEATURES_OF_EXPERT);
      gate.fill(weights.fresh, at + features, at + features + FEATURES_OF_EXPERT);
    }
  }
}
