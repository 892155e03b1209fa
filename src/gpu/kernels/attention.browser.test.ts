import { afterAll, describe, expect, it } from 'vitest';
import type { ModelConfig } from '../../model/config';
import { attention } from '../../reference/attention';
import type { Variant } from '../kernels';
import { attentionHeads } from '../shape';
import type { StepParams } from '../step';
import { Bench, state, untouched, worstError } from './testing';
import { concat, constantsOf, packCache, Random, rounded, row, testConfig } from './testing-data';

/** attention and attention-reduce, which only together have a twin. */
const bench = await Bench.open();
afterAll(() => bench.close());

const TOLERANCE = 1e-5;

interface Cache {
  words: Uint32Array<ArrayBuffer>;
  keys: Float64Array;
  values: Float64Array;
}

/** A cache that holds `positions`; behind them is no number, and a kernel that read it would give none. */
function randomCache(random: Random, c: ModelConfig, positions: number): Cache {
  const plane = () => rounded(random.vector(positions * c.nKvHeads * c.headDim));
  const [keys, values] = [plane(), plane()];
  return { words: packCache(c, keys, values), keys, values };
}

/** Attention of `step.tokens` tokens: `[tokens, nHeads, headDim]`, with room for one more token in the output. */
async function attend(c: ModelConfig, variant: Variant, q: Float32Array<ArrayBuffer>, cache: Cache, step: StepParams) {
  const heads = attentionHeads(c, variant);
  const constants = { ...constantsOf(c), HEADS: heads };
  const { partial } = await bench.run('attention', variant, {
    constants,
    buffers: {
      state: state(),
      q,
      kv: cache.words,
      partial: untouched(step.tokens * c.nHeads * step.splits * (c.headDim + 2)),
    },
    grid: [Math.ceil(c.nHeads / heads), step.splits, step.tokens],
    step,
  });
  const { out } = await bench.run('attention-reduce', variant, {
    constants,
    buffers: { state: state(), partial, out: untouched((step.tokens + 1) * c.nHeads * c.headDim) },
    grid: [c.nHeads, step.tokens],
    step,
  });
  return out;
}

/** As src/model/transformer.ts cuts the context: in decode by the variant's split, in prefill not at all. */
const decodeStep = (position: number, { splitLength }: Variant): StepParams => ({
  position,
  tokens: 1,
  splitLength,
  splits: Math.ceil((position + 1) / splitLength),
});
const prefillStep = (c: ModelConfig, position: number, tokens: number): StepParams => ({
  position,
  tokens,
  splitLength: c.maxContext,
  splits: 1,
});

const SHAPES = [
  { nHeads: 3, nKvHeads: 3, headDim: 32 },
  { nHeads: 8, nKvHeads: 2, headDim: 64 },
  { nHeads: 16, nKvHeads: 2, headDim: 128 },
  { nHeads: 12, nKvHeads: 1, headDim: 256 },
];

describe.each(bench.variants('attention'))('variant $name', (variant) => {
  describe.each(SHAPES)('$nHeads heads on $nKvHeads of $headDim', (shape) => {
    const c = testConfig({ ...shape, maxContext: 600 });
    const width = c.nHeads * c.headDim;

    it.each([0, 63, 64, 257, 590])('decodes at position %i', async (position) => {
      const random = new Random(position + c.nHeads);
      const cache = randomCache(random, c, position + 1);
      const q = random.vector(width, 2);
      const out = await attend(c, variant, q, cache, decodeStep(position, variant));
      const expected = attention(c, Float64Array.from(q), cache.keys, cache.values, position);
      expect(worstError(out.subarray(0, width), expected)).toBeLessThan(TOLERANCE);
    });

    it.each([1, 33, 70])('prefills %i tokens, and nothing past them', async (tokens) => {
      const random = new Random(tokens + c.nHeads);
      const position = 41;
      const cache = randomCache(random, c, position + tokens);
      const q = random.vector(tokens * width, 2);
      const out = await attend(c, variant, q, cache, prefillStep(c, position, tokens));
      const expected = Array.from({ length: tokens }, (_, t) =>
        attention(c, row(q, t, width), cache.keys, cache.values, position + t),
      );
      expect(worstError(out.subarray(0, tokens * width), concat(expected))).toBeLessThan(TOLERANCE);
      expect(out.subarray(tokens * width)).toEqual(untouched(width));
    });
  });

  it('takes more heads than a workgroup has', async () => {
    const c = testConfig({ nHeads: 66, nKvHeads: 11, maxContext: 300 });
    const random = new Random(4);
    const cache = randomCache(random, c, 130);
    const q = random.vector(c.nHeads * c.headDim);
    const out = await attend(c, variant, q, cache, decodeStep(129, variant));
    const expected = attention(c, Float64Array.from(q), cache.keys, cache.values, 129);
    expect(worstError(out.subarray(0, q.length), expected)).toBeLessThan(TOLERANCE);
  });

  const c = testConfig({ nHeads: 8, nKvHeads: 2, headDim: 64, maxContext: 300 });
  const width = c.nHeads * c.headDim;

  it.each([
    { exponentials: 'overflow', spread: 100 },
    { exponentials: 'all vanish', spread: -100 },
  ])('survives scores whose exponentials $exponentials', async ({ spread }) => {
    const random = new Random(5);
    const positions = 200;
    const keys = rounded(random.vector(positions * c.nKvHeads * c.headDim).map(Math.abs));
    const values = rounded(random.vector(keys.length));
    const q = random.vector(width).map((v) => Math.abs(v) * spread);
    const cache = { words: packCache(c, keys, values), keys, values };
    const out = await attend(c, variant, q, cache, decodeStep(positions - 1, variant));
    const expected = attention(c, Float64Array.from(q), keys, values, positions - 1);
    // f32 holds a score of some hundreds to 1e-5, and so its exponential.
    expect(worstError(out.subarray(0, width), expected)).toBeLessThan(1e-3);
  });

  it('gives a token the same bits in any batch', async () => {
    const random = new Random(6);
    const cache = randomCache(random, c, 70);
    const q = random.vector(70 * width);
    const whole = await attend(c, variant, q, cache, prefillStep(c, 0, 70));
    const part = await attend(c, variant, q.slice(29 * width), cache, prefillStep(c, 29, 41));
    expect(part.subarray(0, 41 * width)).toEqual(whole.subarray(29 * width, 70 * width));
  });
});
