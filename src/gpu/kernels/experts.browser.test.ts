import { afterAll, describe, expect, it } from 'vitest';
import type { ModelConfig } from '../../model/config';
import { expertDown } from '../../reference/expert-down';
import { expertUp } from '../../reference/expert-up';
import type { Variant } from '../kernels';
import { pickTiles } from '../shape';
import { Bench, NO_FAULT, NO_STEP, UNTOUCHED, untouched, worstError } from './testing';
import {
  type Arena,
  concat,
  constantsOf,
  type ExpertFormats,
  expertFormats,
  Random,
  row,
  testConfig,
} from './testing-data';

/** A batch's experts: picks sorted by expert, a tiled product for each, and their sum. */
const bench = await Bench.open();
afterAll(() => bench.close());

const TOLERANCE = 1e-5;
const LAYER = 1;
const PAST = 3;
/** In place of the expert where the router left a pick out. */
const LEFT_OUT = NO_FAULT;
const [anyVariant] = bench.variants('matvec') as [Variant];
const ALL = (1n << 64n) - 1n;

interface Batch {
  c: ModelConfig;
  formats: ExpertFormats;
  tokens: number;
  /** `[tokens * topK]` */
  experts: number[];
  weights: Float32Array<ArrayBuffer>;
  route: Uint32Array<ArrayBuffer>;
  slotOf: Uint32Array<ArrayBuffer>;
  arena: Arena;
}

/**
 * Tokens like their topK different experts, the low ones by far the most: some experts get several tiles, some no pick at all. Some picks
 * after the first are left out.
 */
function randomBatch(random: Random, c: ModelConfig, tokens: number, formats = expertFormats('q4')): Batch {
  const picksOf = () => {
    const picks = new Set<number>();
    while (picks.size < c.topK) picks.add(Math.floor(random.uniform() ** 3 * c.nExperts));
    return [...picks].map((expert, k) => (k > 0 && random.uniform() < 0.2 ? LEFT_OUT : expert));
  };
  const experts = Array.from({ length: tokens }, picksOf).flat();
  const slotOf = new Uint32Array(c.nLayers * c.nExperts).fill(NO_FAULT);
  for (let e = 0; e < c.nExperts; e++) slotOf[LAYER * c.nExperts + e] = c.nExperts - 1 - e;
  return withRoute({
    c,
    formats,
    tokens,
    experts,
    weights: random.vector(experts.length),
    slotOf,
    arena: random.arena(c, formats, c.nExperts),
  });
}

function withRoute(batch: Omit<Batch, 'route'>): Batch {
  const bits = new Uint32Array(batch.weights.buffer);
  // The slot is decode's; prefill asks the page table.
  return { ...batch, route: Uint32Array.from(batch.experts.flatMap((e, p) => [e, NO_FAULT, bits[p] as number])) };
}

/** expert-group's result, plainly. */
function sorted({ c, experts }: Batch): { order: Uint32Array<ArrayBuffer>; picks: number[] } {
  const expert = (p: number) => experts[p] as number;
  const kept = [...experts.keys()].filter((p) => expert(p) !== LEFT_OUT);
  const picks = kept.sort((a, b) => expert(a) - expert(b) || a - b);
  const starts = Array.from({ length: c.nExperts + 1 }, (_, e) => experts.filter((other) => other < e).length);
  return { order: Uint32Array.from([...starts, ...picks]), picks };
}

const stepOf = ({ tokens }: Batch, experts = ALL) => ({ ...NO_STEP, tokens, experts });
const layer = Uint32Array.of(LAYER, 0, 0);

async function up(
  variant: Variant,
  batch: Batch,
  xn: Float32Array<ArrayBuffer>,
  wave = ALL,
  before?: Float32Array<ArrayBuffer>,
) {
  const { c, formats, experts, slotOf, arena } = batch;
  const { h } = await bench.run('expert-up-prefill', variant, {
    constants: constantsOf(c, formats),
    buffers: {
      xn,
      order: sorted(batch).order,
      slot_of: slotOf,
      arena: arena.words,
      h: before ?? untouched((experts.length + PAST) * c.hiddenDim),
      layer,
    },
    grid: [c.hiddenDim / 32, pickTiles(experts.length, c.nExperts)],
    step: stepOf(batch, wave),
    format: formats.up,
  });
  return h;
}

async function down(
  variant: Variant,
  batch: Batch,
  h: Float32Array<ArrayBuffer>,
  wave = ALL,
  before?: Float32Array<ArrayBuffer>,
) {
  const { c, formats, experts, route, slotOf, arena } = batch;
  const { y } = await bench.run('expert-down-prefill', variant, {
    constants: constantsOf(c, formats),
    buffers: {
      h,
      route,
      order: sorted(batch).order,
      slot_of: slotOf,
      arena: arena.words,
      y: before ?? untouched((experts.length + PAST) * c.dim),
      layer,
    },
    grid: [c.dim / 32, pickTiles(experts.length, c.nExperts)],
    step: stepOf(batch, wave),
    format: formats.down,
  });
  return y;
}

const valuesOf = ({ c, slotOf, arena }: Batch, expert: number) =>
  arena.valuesOf(slotOf[LAYER * c.nExperts + expert] as number);

const SHAPES = [
  { dim: 224, hiddenDim: 96, nExperts: 3, topK: 1 },
  { dim: 96, hiddenDim: 224, nExperts: 8, topK: 2 },
  { dim: 32, hiddenDim: 64, nExperts: 64, topK: 4 },
];
const TOKENS = [1, 33, 70];

describe.each(SHAPES)('$nExperts experts, top $topK, $dim to $hiddenDim', (shape) => {
  const c = testConfig(shape);

  it.each(TOKENS)('expert-group sorts the picks of %i tokens', async (tokens) => {
    const batch = randomBatch(new Random(c.dim + tokens), c, tokens);
    const expected = sorted(batch).order;
    const { order } = await bench.run('expert-group', anyVariant, {
      constants: constantsOf(c),
      buffers: { route: batch.route, order: new Uint32Array(expected.length + PAST).fill(UNTOUCHED) },
      grid: [1],
      step: stepOf(batch),
    });
    expect(order).toEqual(Uint32Array.from([...expected, UNTOUCHED, UNTOUCHED, UNTOUCHED]));
  });

  it.each(TOKENS)('combine adds the picks of %i tokens', async (tokens) => {
    const random = new Random(tokens);
    const { experts, route } = randomBatch(random, c, tokens);
    const isLeftOut = (p: number) => experts[p] === LEFT_OUT;
    const y = random.vector(tokens * c.topK * c.dim);
    // What an earlier batch may have left there.
    for (const i of y.keys()) if (isLeftOut(Math.floor(i / c.dim))) y[i] = Number.NaN;
    const x = random.vector((tokens + PAST) * c.dim);
    const { x: got } = await bench.run('combine', anyVariant, {
      constants: constantsOf(c),
      buffers: { y, route, x },
      grid: [tokens],
    });
    const expected = Float64Array.from(x, (v, i) => {
      const token = Math.floor(i / c.dim);
      if (token >= tokens) return v;
      const picks = Array.from({ length: c.topK }, (_, k) => token * c.topK + k).filter((p) => !isLeftOut(p));
      return picks.reduce((sum, p) => sum + (y[p * c.dim + (i % c.dim)] as number), v);
    });
    expect(worstError(got, expected)).toBeLessThan(TOLERANCE);
    expect(got.subarray(tokens * c.dim)).toEqual(x.subarray(tokens * c.dim));
  });

  describe.each(bench.variants('tile'))('tile of variant $name', (variant) => {
    const cases = [
      ...TOKENS.map((tokens) => ({ format: 'q4' as const, tokens })),
      // The formats share all but the reading of a group.
      ...(c.nExperts === 3 ? (['q4a', 'q6', 'q6a', 'q8', 'q8a'] as const) : []).map((format) => ({
        format,
        tokens: 33,
      })),
    ];
    it.each(cases)('expert-up-prefill and expert-down-prefill, $tokens tokens, $format', async ({ format, tokens }) => {
      const random = new Random(c.dim + tokens);
      const batch = randomBatch(random, c, tokens, expertFormats(format));
      const { picks } = sorted(batch);
      const xn = random.vector(tokens * c.dim);
      const expectedH = picks.map((p) => {
        const { w1, w3 } = valuesOf(batch, batch.experts[p] as number);
        return expertUp(row(xn, Math.floor(p / c.topK), c.dim), w1, w3);
      });
      const h = await up(variant, batch, xn);
      expect(worstError(h.subarray(0, picks.length * c.hiddenDim), concat(expectedH))).toBeLessThan(TOLERANCE);
      const pastH = (batch.experts.length - picks.length + PAST) * c.hiddenDim;
      expect(h.subarray(picks.length * c.hiddenDim)).toEqual(untouched(pastH));

      const hidden = random.vector(picks.length * c.hiddenDim);
      const expectedY = picks.map((p, place) => {
        const sum = new Float64Array(c.dim);
        const input = row(hidden, place, c.hiddenDim);
        expertDown(sum, valuesOf(batch, batch.experts[p] as number).w2, input, batch.weights[p] as number);
        return sum;
      });
      const y = await down(variant, batch, hidden);
      const rowOf = (p: number) => y.subarray(p * c.dim, (p + 1) * c.dim);
      expect(worstError(concat(picks.map(rowOf)), concat(expectedY))).toBeLessThan(TOLERANCE);
      for (let p = 0; p < batch.experts.length + PAST; p++)
        if (!picks.includes(p)) expect(rowOf(p)).toEqual(untouched(c.dim));
    });

    it('gives the same bits in waves, and a wave touches only its own picks', async () => {
      const random = new Random(c.dim);
      const batch = randomBatch(random, c, 70);
      const { picks } = sorted(batch);
      const xn = random.vector(70 * c.dim);
      const h = await up(variant, batch, xn);
      const y = await down(variant, batch, h);
      let waveH = untouched(h.length);
      let waveY = untouched(y.length);
      for (const first of [true, false]) {
        const isMember = (expert: number) => (expert % 3 === 0) === first;
        const members = Array.from({ length: c.nExperts }, (_, e) => e).filter(isMember);
        const mask = members.reduce((bits, e) => bits | (1n << BigInt(e)), 0n);
        // The other wave's experts have no slot: a wave runs because they do not fit together.
        const slotOf = batch.slotOf.map((slot, i) => (isMember(i % c.nExperts) ? slot : NO_FAULT));
        const before = waveH.slice();
        waveH = await up(variant, { ...batch, slotOf }, xn, mask, waveH);
        for (const [i, p] of picks.entries()) {
          const of = (words: Float32Array) => words.subarray(i * c.hiddenDim, (i + 1) * c.hiddenDim);
          expect(of(waveH)).toEqual(of(isMember(batch.experts[p] as number) ? h : before));
        }
        // Outside its mask an expert is left alone even where it has a slot.
        waveY = await down(variant, batch, h, mask, waveY);
        for (const [p, expert] of batch.experts.entries()) {
          const of = (words: Float32Array) => words.subarray(p * c.dim, (p + 1) * c.dim);
          if (first) expect(of(waveY)).toEqual(isMember(expert) ? of(y) : untouched(c.dim));
        }
      }
      expect(waveH).toEqual(h);
      expect(waveY).toEqual(y);
    });

    it('gives a token the same bits in any batch', async () => {
      const random = new Random(c.dim + 9);
      const batch = randomBatch(random, c, 70);
      const xn = random.vector(70 * c.dim);
      const whole = await down(variant, batch, await up(variant, batch, xn));
      const [first, end] = [29, 64];
      const part = withRoute({
        ...batch,
        tokens: end - first,
        experts: batch.experts.slice(first * c.topK, end * c.topK),
        weights: batch.weights.slice(first * c.topK, end * c.topK),
      });
      const y = await down(variant, part, await up(variant, part, xn.slice(first * c.dim, end * c.dim)));
      const own = part.experts.length * c.dim;
      const at = first * c.topK * c.dim;
      expect(y.subarray(0, own)).toEqual(whole.subarray(at, at + own));
    });
  });
});
