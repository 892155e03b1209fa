import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type ForwardResult, forward } from '../reference/forward';
import { KvCache } from '../reference/kv-cache';
import type { GpuModel } from './gpu-model';
import {
  closeTestModel,
  fixture,
  floats,
  GREEDY,
  openTestModel,
  type TestModel,
  testModel,
  worstDifference,
} from './testing';

/** Of the logits' standard deviation. */
const TOLERANCE = 1e-3;

let open: GpuModel | undefined;
afterEach(() => {
  if (open) closeTestModel(open);
  open = undefined;
});

function standardDeviation(values: Float64Array): number {
  const mean = values.reduce((a, b) => a + b) / values.length;
  return Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length);
}

async function prefillLogits(model: GpuModel, ids: number[]): Promise<{ logits: number[]; picks: number[][][] }> {
  const logits: number[] = [];
  const { routes } = await model.runner.prefill(ids, 0, { sampling: GREEDY, onLogits: (rows) => logits.push(...rows) });
  return { logits, picks: routes.map((layers) => layers.map((route) => route.experts)) };
}

async function decodeLogits(model: GpuModel, ids: number[]): Promise<{ logits: number[]; picks: number[][][] }> {
  const { runner } = model;
  const first = await runner.prefill(ids.slice(0, 1), 0, { sampling: GREEDY });
  const logits = [...(await runner.readLogits())];
  const routes = [...first.routes];
  for (let position = 1; position < ids.length; position++) {
    const step = await runner.decode(position, { sampling: GREEDY, token: ids[position] });
    logits.push(...(await runner.readLogits()));
    routes.push(...step.routes);
  }
  return { logits, picks: routes.map((layers) => layers.map((route) => route.experts)) };
}

/** `[layer][token][k]` as `[token][layer][k]`. */
function byToken(picks: number[][][]): number[][][] {
  return (picks[0] ?? []).map((_, t) => picks.map((layer) => layer[t] ?? []));
}

describe.each([
  // The kernels' own tests have every variant on many shapes and in every format.
  { name: 'tiny', variants: [] },
  { name: 'a', variants: ['lanes32', 'subgroup'] },
  { name: 'b', variants: ['lanes8'] },
  { name: 'a mixed', variants: [] },
  { name: 'b mixed', variants: [] },
] as const)('model $name: logits equal the reference twin on the same weights', ({ name, variants }) => {
  let model: TestModel;
  let row: GpuModel;
  let ids: number[];
  let expected: ForwardResult;
  let std: number;

  beforeAll(async () => {
    model = await testModel(name);
    // 70 tokens: three prefill tiles, the last one not full, and a position beyond one attention tile.
    ids = Array.from({ length: 70 }, (_, i) => (i * 7919 + 1) % model.manifest.config.vocabSize);
    expected = forward(model.weights, ids, new KvCache(model.manifest.config, 'f16'));
    std = standardDeviation(expected.logits);
    row = await openTestModel(model);
  });
  afterAll(() => closeTestModel(row));

  test('prefill, at every position', async () => {
    const got = await prefillLogits(row, ids);
    expect(worstDifference(got.logits, expected.logits, std)).toBeLessThan(TOLERANCE);
    expect(got.picks).toEqual(byToken(expected.picks));
  });

  test('token by token', async () => {
    const got = await decodeLogits(row, ids);
    expect(worstDifference(got.logits, expected.logits, std)).toBeLessThan(TOLERANCE);
    expect(got.picks).toEqual(byToken(expected.picks));
  });

  test.each(variants)('token by token, variant %s', async (kernelVariant) => {
    open = await openTestModel(model, { kernelVariant });
    // The GPU-shaped variants are slow where the GPU is a CPU.
    const tokens = 2;
    const got = await decodeLogits(open, ids.slice(0, tokens));
    const first = expected.logits.slice(0, tokens * model.manifest.config.vocabSize);
    expect(worstDifference(got.logits, first, std)).toBeLessThan(TOLERANCE);
    expect(got.picks).toEqual(byToken(expected.picks).slice(0, tokens));
  });
});

test('every expert of a layer may be picked: logits equal the twin at top 8 of 8', async () => {
  const model = await testModel('a');
  model.manifest.config.topK = model.manifest.config.nExperts;
  const ids = [1, 40, 7, 300];
  const expected = forward(model.weights, ids, new KvCache(model.manifest.config, 'f16'));
  const std = standardDeviation(expected.logits);
  open = await openTestModel(model);
  const whole = await prefillLogits(open, ids);
  expect(worstDifference(whole.logits, expected.logits, std)).toBeLessThan(TOLERANCE);
  const single = await decodeLogits(open, ids);
  expect(worstDifference(single.logits, expected.logits, std)).toBeLessThan(TOLERANCE);
  expect(single.picks).toEqual(byToken(expected.picks));
});

test('picks of little weight are left out where that is asked for: logits and picks equal the twin', async () => {
  const model = await testModel('a');
  const { config } = model.manifest;
  const ids = Array.from({ length: 34 }, (_, i) => (i * 7919 + 1) % config.vocabSize);
  const lossy = { residentMargin: 0, skipBelow: 0.4, isResident: () => true };
  const expected = forward(model.weights, ids, new KvCache(config, 'f16'), () => lossy);
  const kept = expected.picks.flat(2).length / (ids.length * config.nLayers * config.topK);
  expect(kept).toBeGreaterThan(0.5);
  expect(kept).toBeLessThan(0.9);
  const std = standardDeviation(expected.logits);
  open = await openTestModel(model, { lossy: { skipBelow: lossy.skipBelow } });
  const whole = await prefillLogits(open, ids);
  expect(worstDifference(whole.logits, expected.logits, std)).toBeLessThan(TOLERANCE);
  expect(whole.picks).toEqual(byToken(expected.picks));
  const single = await decodeLogits(open, ids.slice(0, 6));
  expect(worstDifference(single.logits, expected.logits.slice(0, 6 * config.vocabSize), std)).toBeLessThan(TOLERANCE);
  expect(single.picks).toEqual(byToken(expected.picks).slice(0, 6));
});

test('logits of the embedded model equal the goldens made by the twin', async () => {
  const goldens = await fixture<{ name: string; ids: number[]; logitStd: number }[]>('tiny/q4-goldens.json');
  open = await openTestModel(await testModel('tiny'));
  for (const { name, ids, logitStd } of goldens) {
    const { logits } = await prefillLogits(open, ids);
    expect(worstDifference(logits, await floats(`tiny/q4-golden-${name}.logits.f32`), logitStd)).toBeLessThan(
      TOLERANCE,
    );
  }
});

test('a text longer than one attention split gives the same logits by prefill and token by token', async () => {
  const model = await testModel('b');
  open = await openTestModel(model, { contextLength: 600 });
  const ids = Array.from({ length: 560 }, (_, i) => (i * 31 + 5) % model.manifest.config.vocabSize);
  const expected = forward(model.weights, ids, new KvCache(model.manifest.config, 'f16'));
  const std = standardDeviation(expected.logits);
  const whole = await prefillLogits(open, ids);
  expect(worstDifference(whole.logits, expected.logits, std)).toBeLessThan(TOLERANCE);
  await open.runner.prefill(ids.slice(0, -1), 0, { sampling: GREEDY });
  await open.runner.decode(ids.length - 1, { sampling: GREEDY, token: ids.at(-1) });
  const last = expected.logits.slice(-model.manifest.config.vocabSize);
  expect(worstDifference(await open.runner.readLogits(), last, std)).toBeLessThan(TOLERANCE);
});
