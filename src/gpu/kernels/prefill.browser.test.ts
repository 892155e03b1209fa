import { afterAll, describe, expect, it } from 'vitest';
import type { ModelConfig } from '../../model/config';
import type { MatrixFormat } from '../../pack/formats';
import { attentionOut } from '../../reference/attention-out';
import { embed } from '../../reference/embed';
import { matvec } from '../../reference/matvec';
import { rmsnorm } from '../../reference/rmsnorm';
import { rope } from '../../reference/rope';
import type { Variant } from '../kernels';
import { Bench, NO_STEP, state, UNTOUCHED, untouched, worstError } from './testing';
import { concat, constantsOf, type Matrix, Random, row, testConfig, turnsOf, worstCacheError } from './testing-data';

/** What a batch goes through besides attention and the experts. One token, a tile and one more, and a last tile that is not full. */
const bench = await Bench.open();
afterAll(() => bench.close());

const TOLERANCE = 1e-5;
const TOKENS = [1, 33, 70];
/** The formats share all but the reading of a group. */
const tokensFor = (format: MatrixFormat) => (format === 'q4' ? TOKENS : [33]);
/** Rows of outputs past the batch. */
const PAST = 3;

const tilesOf = (count: number) => Math.ceil(count / 32);
const tokensOf = <T>(tokens: number, twin: (t: number) => T): T[] => Array.from({ length: tokens }, (_, t) => twin(t));
const [anyVariant] = bench.variants('matvec') as [Variant];

describe.each([
  { dim: 32, format: 'q4' },
  { dim: 96, format: 'q4' },
  { dim: 96, format: 'q4a' },
  { dim: 96, format: 'q6' },
  { dim: 96, format: 'q6a' },
  { dim: 96, format: 'q8' },
  { dim: 96, format: 'q8a' },
  { dim: 224, format: 'q4' },
  { dim: 2080, format: 'q4' },
] as const)('embed, $dim columns of $format', ({ dim, format }) => {
  it.each([
    { tokens: 1, offset: 1 },
    { tokens: 33, offset: 0 },
    { tokens: 70, offset: 0 },
  ])('$tokens tokens from $offset on', async ({ tokens, offset }) => {
    const random = new Random(dim + tokens);
    const vocab = 38;
    const table = random.matrix(format, vocab, dim);
    const ids = Uint32Array.from({ length: offset + tokens }, () => random.below(vocab));
    const { x } = await bench.run('embed', anyVariant, {
      constants: { DIM: dim, ID_OFFSET: offset },
      buffers: { ids, w: table.w, scale: table.scale, x: untouched((tokens + PAST) * dim) },
      grid: [tokens],
      format,
    });
    const expected = tokensOf(tokens, (t) => embed(table.values, dim, ids[offset + t] as number));
    expect(worstError(x.subarray(0, tokens * dim), concat(expected))).toBe(0);
    expect(x.subarray(tokens * dim)).toEqual(untouched(PAST * dim));
  });
});

describe.each(bench.variants('workgroup'))('rmsnorm, workgroup of variant $name', (variant) => {
  it.each([
    { dim: 32, tokens: 1, headRow: 0, final: false },
    { dim: 96, tokens: 33, headRow: 9, final: false },
    { dim: 224, tokens: 70, headRow: 9, final: false },
    { dim: 96, tokens: 1, headRow: 7, final: true },
    { dim: 1056, tokens: 5, headRow: 2, final: true },
  ])('$tokens of $dim, final $final from row $headRow', async ({ dim, tokens, headRow, final }) => {
    const c = testConfig({ dim, normEps: 0.5 });
    const random = new Random(dim);
    const first = final ? headRow : 0;
    const [x, norm] = [random.vector((first + tokens) * dim), random.vector(dim)];
    const { xn } = await bench.run('rmsnorm', variant, {
      constants: { ...constantsOf(c), FINAL: final },
      buffers: { state: state(), x, norm, xn: untouched((tokens + PAST) * dim) },
      grid: [tokens],
      step: { ...NO_STEP, tokens: first + tokens, headRow },
    });
    const expected = tokensOf(tokens, (t) => rmsnorm(row(x, first + t, dim), norm, c.normEps));
    expect(worstError(xn.subarray(0, tokens * dim), concat(expected))).toBeLessThan(TOLERANCE);
    expect(xn.subarray(tokens * dim)).toEqual(untouched(PAST * dim));
  });
});

describe.each(bench.variants('tile'))('tile of variant $name', (variant) => {
  const project = (c: ModelConfig, wqkv: Matrix, xn: Float32Array<ArrayBuffer>, position: number, tokens: number) =>
    bench.run('qkv-prefill', variant, {
      constants: { ...constantsOf(c), COLS: c.dim },
      buffers: {
        xn,
        w: wqkv.w,
        scale: wqkv.scale,
        turns: turnsOf(c),
        q: untouched((tokens + PAST) * c.nHeads * c.headDim),
        kv: new Uint32Array(c.nKvHeads * c.maxContext * c.headDim).fill(UNTOUCHED),
      },
      grid: [((c.nHeads + 2 * c.nKvHeads) * c.headDim) / 32, tilesOf(tokens)],
      step: { ...NO_STEP, position, tokens },
      format: wqkv.format,
    });

  const addOut = (
    dim: number,
    wo: Matrix,
    a: Float32Array<ArrayBuffer>,
    x: Float32Array<ArrayBuffer>,
    tokens: number,
  ) =>
    bench.run('attention-out-prefill', variant, {
      constants: { DIM: dim, COLS: a.length / tokens },
      buffers: { a, w: wo.w, scale: wo.scale, x },
      grid: [dim / 32, tilesOf(tokens)],
      step: { ...NO_STEP, tokens },
      format: wo.format,
    });

  describe.each([
    { format: 'q4', dim: 224, nHeads: 3, nKvHeads: 3, headDim: 32 },
    { format: 'q4', dim: 96, nHeads: 4, nKvHeads: 1, headDim: 64 },
    { format: 'q4', dim: 32, nHeads: 8, nKvHeads: 1, headDim: 128 },
    { format: 'q4a', dim: 96, nHeads: 1, nKvHeads: 1, headDim: 32 },
    { format: 'q8', dim: 96, nHeads: 1, nKvHeads: 1, headDim: 32 },
  ] as const)(
    'qkv-prefill, $dim columns of $format, $nHeads heads on $nKvHeads of $headDim',
    ({ format, ...shape }) => {
      it.each(tokensFor(format))('%i tokens', async (tokens) => {
        const c = testConfig(shape);
        const random = new Random(c.dim + tokens);
        const position = 50;
        const [qRows, kvRows] = [c.nHeads * c.headDim, c.nKvHeads * c.headDim];
        const wqkv = random.matrix(format, qRows + 2 * kvRows, c.dim);
        const xn = random.vector(tokens * c.dim);
        const got = await project(c, wqkv, xn, position, tokens);
        // The twin norms as well; here the input is normed already.
        const expected = tokensOf(tokens, (t) => {
          const rows = matvec(wqkv.values, row(xn, t, c.dim));
          const [q, k, v] = [rows.slice(0, qRows), rows.slice(qRows, qRows + kvRows), rows.slice(qRows + kvRows)];
          for (const part of [q, k]) rope(part, c.headDim, position + t, c.ropeTheta);
          return { q, k, v };
        });
        expect(worstError(got.q.subarray(0, tokens * qRows), concat(expected.map(({ q }) => q)))).toBeLessThan(
          TOLERANCE,
        );
        for (const [t, exact] of expected.entries())
          expect(worstCacheError(c, got.kv, position + t, exact)).toBeLessThan(TOLERANCE);
        expect(got.q.subarray(tokens * qRows)).toEqual(untouched(PAST * qRows));
        expect(got.kv.filter((word) => word !== UNTOUCHED).length).toBe(tokens * kvRows);
      });
    },
  );

  describe.each([
    { format: 'q4', dim: 96, cols: 224 },
    { format: 'q4', dim: 224, cols: 96 },
    { format: 'q4', dim: 32, cols: 1056 },
    { format: 'q4a', dim: 64, cols: 96 },
    { format: 'q6', dim: 64, cols: 96 },
    { format: 'q6a', dim: 64, cols: 96 },
    { format: 'q8', dim: 64, cols: 96 },
    { format: 'q8a', dim: 64, cols: 96 },
  ] as const)('attention-out-prefill, $dim x $cols, $format', ({ format, dim, cols }) => {
    it.each(tokensFor(format))('%i tokens', async (tokens) => {
      const random = new Random(dim + tokens);
      const wo = random.matrix(format, dim, cols);
      const [a, x] = [random.vector(tokens * cols), random.vector((tokens + PAST) * dim)];
      const { x: got } = await addOut(dim, wo, a, x, tokens);
      const expected = tokensOf(tokens, (t) => {
        const sum = row(x, t, dim);
        attentionOut(sum, wo.values, row(a, t, cols));
        return sum;
      });
      expect(worstError(got.subarray(0, tokens * dim), concat(expected))).toBeLessThan(TOLERANCE);
      expect(got.subarray(tokens * dim)).toEqual(x.subarray(tokens * dim));
    });
  });

  it('gives a token the same bits at any place of any batch', async () => {
    const c = testConfig({ dim: 96, nHeads: 2, nKvHeads: 1 });
    const random = new Random(8);
    const width = 2 * c.headDim;
    const wqkv = random.matrix('q4', 4 * c.headDim, c.dim);
    const xn = random.vector(70 * c.dim);
    const wo = random.matrix('q4', c.dim, width);
    const a = random.vector(70 * width);
    const whole = await project(c, wqkv, xn, 0, 70);
    const wholeOut = await addOut(c.dim, wo, a, xn, 70);
    for (const [first, end] of [
      [29, 70],
      [69, 70],
      [3, 36],
    ] as const) {
      const part = await project(c, wqkv, xn.slice(first * c.dim, end * c.dim), first, end - first);
      expect(part.q.subarray(0, (end - first) * width)).toEqual(whole.q.subarray(first * width, end * width));
      const cached = part.kv.map((word, i) => (word === UNTOUCHED ? (whole.kv[i] as number) : word));
      expect(cached).toEqual(whole.kv);
      const x = xn.slice(first * c.dim, end * c.dim);
      const out = await addOut(c.dim, wo, a.slice(first * width, end * width), x, end - first);
      expect(out.x).toEqual(wholeOut.x.subarray(first * c.dim, end * c.dim));
    }
  });
});
