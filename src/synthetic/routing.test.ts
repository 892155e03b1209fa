import { expect, test } from 'vitest';
import { fromF16Bits } from '../lib/f16';
import { layoutOf, type Part, partOf, plane } from '../pack/layout';
import { featurePlan } from './features';
import { fillRecord } from './fill-record';
import { Random } from './random';
import { repetition } from './repetition';
import { syntheticLayout } from './shape';

/** Hidden states of a sequence's tokens. */
type Hidden = Float32Array[];

const CONTEXT = 128;
const SEQUENCES = 16;

// Wide ones (MIXTAB_WIDE=1) differ in nothing but the time that this takes: a minute.
const pack = syntheticLayout({ layers: 32, narrow: !process.env.MIXTAB_WIDE });
const { config } = pack;
const plan = featurePlan(config);

class MadeRecord {
  readonly #layout;
  readonly #bytes;

  constructor(name: string) {
    this.#layout = layoutOf(pack, name);
    this.#bytes = new Uint8Array(this.#layout.bytes);
    fillRecord(pack, name, this.#bytes);
  }

  part(tensor: string): Part {
    return partOf(this.#layout, tensor);
  }

  f32(tensor: string): Float32Array {
    return plane(this.part(tensor), 'values', this.#bytes, Float32Array);
  }

  /** A row of a q4 matrix, as docs/formats.md says. */
  row(tensor: string, index: number): Float32Array {
    const part = this.part(tensor);
    const cols = part.shape[1] as number;
    const q = plane(part, 'q', this.#bytes, Uint8Array);
    const scale = plane(part, 'scale', this.#bytes, Uint16Array);
    return Float32Array.from({ length: cols }, (_, i) => {
      const group = (index * cols) / 32 + (i >>> 5);
      const byte = q[group * 16 + (i & 15)] as number;
      return (((i & 16) === 0 ? byte & 15 : byte >>> 4) - 8) * fromF16Bits(scale[group] as number);
    });
  }
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

function normed(x: Float32Array): Float32Array {
  const rms = Math.sqrt(dot(x, x) / x.length + config.normEps);
  return x.map((v) => v / rms);
}

/** What a layer's two heads that matter add to the hidden states: attention over all tokens before, with RoPE over the distance. */
function attend(layer: number, record: MadeRecord, hidden: Hidden): void {
  const { nHeads, nKvHeads, headDim, ropeTheta } = config;
  const cosines = hidden.map((_, distance) => {
    let sum = 0;
    for (let p = 0; p < headDim / 2; p++) sum += 2 * Math.cos(distance * ropeTheta ** ((-2 * p) / headDim));
    return sum / Math.sqrt(headDim);
  });
  const xn = hidden.map(normed);
  const features = Array.from({ length: plan.features }, (_, i) => i);
  for (const kvHead of [0, 1]) {
    const head = (kvHead * nHeads) / nKvHeads;
    const [q, k] = [head, nHeads + kvHead].map((h) => record.row('wqkv', h * headDim)) as [Float32Array, Float32Array];
    const wv = features.map((i) => record.row('wqkv', (nHeads + nKvHeads + kvHead) * headDim + i));
    const into = plan.region(layer) + kvHead * plan.features;
    const wo = features.map((i) => record.row('wo', into + i)[head * headDim + i] as number);
    const keys = xn.map((x) => dot(k, x));
    const values = xn.map((x) => Float32Array.from(wv, (row) => dot(row.subarray(0, plan.tokenDims), x)));
    const most = (cosines[0] as number) * Math.max(...keys);
    for (const [t, x] of hidden.entries()) {
      const query = dot(q, xn[t] as Float32Array);
      const sums = new Float32Array(plan.features);
      let total = 0;
      for (let s = 0; s <= t; s++) {
        const weight = Math.exp(query * ((keys[s] as number) * (cosines[t - s] as number) - most));
        const value = values[s] as Float32Array;
        total += weight;
        for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] as number) + weight * (value[i] as number);
      }
      for (const i of features)
        x[into + i] = (x[into + i] as number) + ((wo[i] as number) * (sums[i] as number)) / total;
    }
  }
}

function picks(gate: Float32Array, x: Float32Array): number[] {
  const logits = Array.from({ length: config.nExperts }, (_, e) =>
    dot(gate.subarray(e * x.length, (e + 1) * x.length), x),
  );
  return [...logits.keys()].sort((a, b) => (logits[b] as number) - (logits[a] as number)).slice(0, config.topK);
}

const embedding = new MadeRecord('dense/0');

/** What the gate of the last of some layers picks for random tokens, and what it would have picked a layer before. */
function routed(layers: number[]): { picked: number[][][]; foreseen: number[][][] } {
  const ids = new Uint32Array(CONTEXT * SEQUENCES);
  new Random('ids').fill(ids);
  const found: ReturnType<typeof routed> = { picked: [], foreseen: [] };
  const records = layers.map((layer) => ({ layer, record: new MadeRecord(`dense/${layer + 1}`) }));
  for (let n = 0; n < SEQUENCES; n++) {
    const hidden = Array.from(ids.subarray(n * CONTEXT, (n + 1) * CONTEXT), (id) =>
      embedding.row('tok_embeddings', id % config.vocabSize),
    );
    for (const [i, { layer, record }] of records.entries()) {
      const gate = record.f32('gate');
      if (i === records.length - 1) found.foreseen.push(hidden.map((x) => picks(gate, x)));
      attend(layer, record, hidden);
      if (i === records.length - 1) found.picked.push(hidden.map((x) => picks(gate, x)));
    }
  }
  return found;
}

// Each gate reads what the three layers before its own wrote.
test.each([
  [[0], 0.48],
  [[12, 13, 14, 15], 0.63],
  [[28, 29, 30, 31], 0.52],
])(
  'layers %j: consecutive tokens share a pick as often as Table 5 of arXiv 2401.04088 has it',
  (layers, rate) => {
    const { picked, foreseen } = routed(layers);
    const { any } = repetition(picked);
    expect(Math.abs(any - rate)).toBeLessThan(0.03);
    if (layers.length === 1) return;
    // A gate on the hidden state of the layer before finds most picks, not all.
    const pairs = picked.flatMap((tokens, n) =>
      tokens.map((now, t) => now.filter((e) => foreseen[n]?.[t]?.includes(e))),
    );
    const recall = pairs.flat().length / pairs.length / config.topK;
    expect(recall).toBeGreaterThan(0.6);
    expect(recall).toBeLessThan(0.9);
  },
  30_000,
);
