import { afterAll, describe, expect, it } from 'vitest';
import { MATRIX_FORMATS } from '../../pack/formats';
import { attentionOut } from '../../reference/attention-out';
import { expertDown } from '../../reference/expert-down';
import { expertUp } from '../../reference/expert-up';
import { matvec } from '../../reference/matvec';
import { qkv } from '../../reference/qkv';
import { matvecBlocks } from '../shape';
import { Bench, NO_FAULT, NO_STEP, state, UNTOUCHED, untouched, worstError } from './testing';
import { concat, constantsOf, expertFormats, Random, row, testConfig, turnsOf, worstCacheError } from './testing-data';

/**
 * The kernels that decode multiplies a vector with. Rows: no multiple of a workgroup's; columns: 1, 3, 7 and 33 groups, more than any has lanes.
 * In q4 at all of the sizes, in the other formats, which share all but the reading of a group, at the most telling.
 */
const bench = await Bench.open();
afterAll(() => bench.close());

const TOLERANCE = 1e-5;
/** Slot of a choice that the router left out. */
const LEFT_OUT = NO_FAULT;
const SIZES: [rows: number, cols: number][] = [
  [96, 224],
  [102, 32],
  [34, 1056],
];

const cases = bench.variants('matvec').flatMap((variant) => MATRIX_FORMATS.map((format) => ({ variant, format })));

describe.each(cases)('$format, variant $variant.name', ({ variant, format }) => {
  const some = <T>(all: T[], ...telling: number[]): T[] => (format === 'q4' ? all : telling.map((i) => all[i] as T));

  it.each(some(SIZES, 2))('attention-out, %i x %i', async (rows, cols) => {
    const random = new Random(rows);
    const [x, a, wo] = [random.vector(rows), random.vector(cols), random.matrix(format, rows, cols)];
    const { x: got } = await bench.run('attention-out', variant, {
      constants: { DIM: rows, COLS: cols },
      buffers: { state: state(), a, w: wo.w, scale: wo.scale, x },
      grid: [matvecBlocks(variant, rows / 2)],
      format,
    });
    const expected = Float64Array.from(x);
    attentionOut(expected, wo.values, Float64Array.from(a));
    expect(worstError(got, expected)).toBeLessThan(TOLERANCE);
  });

  // Its product is attention-out's, the rows of x are its own.
  it.each(some(SIZES.slice(2)))('lm-head, %i x %i, two rows of x', async (vocab, dim) => {
    const random = new Random(vocab + 1);
    const [xn, output] = [random.vector(2 * dim), random.matrix(format, vocab, dim)];
    const { logits } = await bench.run('lm-head', variant, {
      constants: { DIM: dim, VOCAB: vocab },
      buffers: { state: state(), xn, w: output.w, scale: output.scale, logits: untouched(3 * vocab) },
      grid: [matvecBlocks(variant, vocab / 2), 2],
      format,
    });
    const expected = concat([0, 1].map((t) => matvec(output.values, row(xn, t, dim))));
    expect(worstError(logits.subarray(0, 2 * vocab), expected)).toBeLessThan(TOLERANCE);
    expect(logits.subarray(2 * vocab)).toEqual(untouched(vocab));
  });

  it.each(
    some(
      [
        { dim: 224, nHeads: 3, nKvHeads: 3, headDim: 32, position: 0 },
        { dim: 96, nHeads: 4, nKvHeads: 1, headDim: 64, position: 1 },
        { dim: 32, nHeads: 8, nKvHeads: 1, headDim: 128, position: 127 },
        { dim: 1056, nHeads: 1, nKvHeads: 1, headDim: 32, position: 77 },
      ],
      1,
    ),
  )('qkv, $dim columns, $nHeads heads on $nKvHeads of $headDim, position $position', async ({ position, ...shape }) => {
    const c = testConfig(shape);
    const random = new Random(c.dim);
    const wqkv = random.matrix(format, (c.nHeads + 2 * c.nKvHeads) * c.headDim, c.dim);
    const [x, norm] = [random.vector(c.dim, 3), random.vector(c.dim)];
    const kv = new Uint32Array(c.nKvHeads * c.maxContext * c.headDim).fill(UNTOUCHED);
    const got = await bench.run('qkv', variant, {
      constants: constantsOf(c),
      buffers: {
        state: state(),
        x,
        norm,
        w: wqkv.w,
        scale: wqkv.scale,
        turns: turnsOf(c),
        q: untouched(c.nHeads * c.headDim),
        kv,
      },
      grid: [matvecBlocks(variant, ((c.nHeads + 2 * c.nKvHeads) * c.headDim) / 2)],
      step: { ...NO_STEP, position },
      format,
    });
    const expected = qkv(c, Float64Array.from(x), norm, wqkv.values, position);
    expect(worstError(got.q, expected.q)).toBeLessThan(TOLERANCE);
    expect(worstCacheError(c, got.kv, position, expected)).toBeLessThan(TOLERANCE);
    const written = c.nKvHeads * c.headDim;
    expect(got.kv.filter((word) => word !== UNTOUCHED).length).toBe(written);
  });

  it.each(
    some(
      [
        { dim: 224, hiddenDim: 96, topK: 1, slots: [1] },
        { dim: 96, hiddenDim: 224, topK: 2, slots: [3, 0] },
        { dim: 32, hiddenDim: 1056, topK: 4, slots: [2, 4, 0, 1] },
        { dim: 1056, hiddenDim: 32, topK: 2, slots: [0, 1] },
        { dim: 96, hiddenDim: 64, topK: 3, slots: [1, LEFT_OUT, 2] },
      ],
      1,
    ),
  )('expert-up and expert-down, $dim to $hiddenDim, top $topK', async ({ slots, ...shape }) => {
    const c = testConfig(shape);
    const random = new Random(c.dim + c.topK);
    const formats = expertFormats(format);
    const arena = random.arena(c, formats, 5);
    const weights = random.vector(c.topK);
    const bits = new Uint32Array(weights.buffer);
    const route = Uint32Array.from(slots.flatMap((slot, k) => [60 - k, slot, bits[k] as number]));
    const [x, xn, h] = [random.vector(c.dim), random.vector(c.dim), random.vector(c.topK * c.hiddenDim)];
    const kept = slots.flatMap((slot, k) => (slot === LEFT_OUT ? [] : [{ slot, k }]));
    const rowOf = (rows: Float32Array, k: number) => rows.subarray(k * c.hiddenDim, (k + 1) * c.hiddenDim);
    for (const [k, slot] of slots.entries()) if (slot === LEFT_OUT) rowOf(h, k).fill(Number.NaN);
    const shared = { state: state(), route, w: arena.words, scale: arena.words };
    const constants = constantsOf(c, formats);

    const up = await bench.run('expert-up', variant, {
      constants,
      buffers: { ...shared, xn, h: untouched(c.topK * c.hiddenDim) },
      grid: [matvecBlocks(variant, c.hiddenDim), c.topK],
      format: formats.up,
    });
    const expectedUp = kept.map(({ slot }) => {
      const { w1, w3 } = arena.valuesOf(slot);
      return expertUp(Float64Array.from(xn), w1, w3);
    });
    const gotUp = kept.map(({ k }) => rowOf(up.h, k));
    expect(worstError(concat(gotUp), concat(expectedUp))).toBeLessThan(TOLERANCE);
    expect(up.h.filter((v) => v === UNTOUCHED).length).toBe((slots.length - kept.length) * c.hiddenDim);

    const down = await bench.run('expert-down', variant, {
      constants,
      buffers: { ...shared, h, x },
      grid: [matvecBlocks(variant, c.dim / 2)],
      format: formats.down,
    });
    const expectedDown = Float64Array.from(x);
    for (const { k, slot } of kept)
      expertDown(expectedDown, arena.valuesOf(slot).w2, row(h, k, c.hiddenDim), weights[k] as number);
    expect(worstError(down.x, expectedDown)).toBeLessThan(TOLERANCE);
  });
});
