import { afterEach, expect, test } from 'vitest';
import { openGpu } from '../gpu/device';
import { extentOf } from '../model/buffers';
import type { Route } from '../model/routing';
import { fixedBytes, slotBytes } from '../pack/footprint';
import { packLayout } from '../pack/layout';
import type { RecordReader } from '../pack/record-reader';
import { pagingMemory } from '../paging/paging-memory';
import type { LossyOptions } from '../protocol/paging';
import { GpuModel } from './gpu-model';
import { lossyConfig } from './lossy';
import { closeTestModel, fixture, GREEDY, loadTiny, openTestModel, type TestModel, testModel } from './testing';

const CONTEXT = 64;
const TOKENS = 24;
/** Of 32 experts. */
const HALF = 16;

const opened: GpuModel[] = [];
afterEach(() => {
  for (const model of opened.splice(0)) closeTestModel(model);
});

/** With the memory of half of the slots. LRU and no prefetch: what is resident depends on no read's timing. */
async function openHalf({ manifest }: TestModel, reader: RecordReader, lossy: LossyOptions) {
  const layout = packLayout(lossyConfig(manifest.config, lossy), manifest.formats);
  const paging = { policy: 'lru', prefetch: false, ramBytes: 0 } as const;
  const memory = pagingMemory(layout, reader, paging);
  const budgetBytes = fixedBytes(layout, extentOf(layout.config, CONTEXT)) + HALF * slotBytes(layout);
  const options = { budgetBytes, contextLength: CONTEXT, kernelVariant: 'row', paging, lossy };
  const hooks = { onShaders: () => {}, onWeights: () => {}, onResidency: () => {} };
  const model = await GpuModel.open(await openGpu(), layout, memory, options, hooks);
  opened.push(model);
  return { model, totals: memory.totals };
}

async function decode({ runner }: GpuModel, ids: number[]): Promise<{ routes: Route[]; logits: Float32Array[] }> {
  const [routes, logits]: [Route[], Float32Array[]] = [[], []];
  for (const [position, token] of ids.entries()) {
    routes.push(...((await runner.decode(position, { sampling: GREEDY, token })).routes[0] ?? []));
    logits.push(await runner.readLogits());
  }
  return { routes, logits };
}

const story = async (): Promise<number[]> =>
  ((await fixture<{ ids: number[] }[]>('tiny/eval.json'))[0]?.ids ?? []).slice(0, TOKENS);

test('with all modes off half of the slots give the bits of all; with a margin residents replace second choices, never first ones', async () => {
  const tiny = await testModel('tiny');
  const ids = await story();
  const whole = await openTestModel(tiny, { contextLength: CONTEXT });
  opened.push(whole);
  const off = await openHalf(tiny, tiny.reader, { residentMargin: 0, skipBelow: 0, standIns: false });
  const margin = await openHalf(tiny, tiny.reader, { residentMargin: 2 });
  const [all, exact, near] = [
    await decode(whole, ids),
    await decode(off.model, ids),
    await decode(margin.model, ids),
  ] as const;
  expect(exact.logits).toEqual(all.logits);
  expect(off.totals).toMatchObject({ replaced: 0, skipped: 0, stoodIn: 0 });
  expect(near.logits).not.toEqual(all.logits);
  expect(margin.model.pager.misses).toBeLessThan(0.9 * off.model.pager.misses);
  expect(margin.totals.replaced).toBeGreaterThan(0);
  for (const { experts, scores, replaced } of near.routes) {
    expect(scores[experts[0] as number]).toBe(Math.max(...scores));
    expect(replaced).toBeLessThan(experts.length);
  }
  // Up to the first replacement nothing differs, and that one is no miss.
  const first = near.routes.findIndex(({ replaced }) => replaced > 0);
  expect(near.routes.slice(0, first)).toEqual(exact.routes.slice(0, first));
  expect(near.routes[first]?.experts[0]).toBe(exact.routes[first]?.experts[0]);
});

test('a miss goes on with the stand-in while the expert is read, and with the expert from then on; a prompt uses none', async () => {
  const tiny = await testModel('tiny');
  // Reads that nobody waits for are let through when the test says so.
  let [held, open]: [Promise<void>, () => void] = [Promise.resolve(), () => {}];
  const hold = () => {
    held = new Promise((resolve) => {
      open = resolve;
    });
  };
  let failing = false;
  const reader: RecordReader = {
    has: () => true,
    async read(name, sink, options) {
      if (options?.urgent?.() === false) {
        await held;
        if (failing) throw new Error('broken for once');
      }
      await tiny.reader.read(name, sink, options);
    },
  };
  const { model, totals } = await openHalf(tiny, reader, { standIns: true });
  const { pager } = model;
  const ids = await story();
  const exact = await openTestModel(tiny, { contextLength: CONTEXT });
  opened.push(exact);

  await decode(model, ids);
  await expect.poll(() => pager.standIns().size).toBe(0);
  hold();
  let stoodIn = totals.stoodIn;
  let token = -1;
  // Each at the first position: nothing of the tokens before is in its context.
  for (const id of ids) {
    token = id;
    stoodIn = totals.stoodIn;
    await decode(model, [token]);
    if (totals.stoodIn > stoodIn) break;
  }
  expect(totals.stoodIn).toBeGreaterThan(stoodIn);
  expect(pager.standIns().size).toBeGreaterThan(0);
  const { logits: expected } = await decode(exact, [token]);
  expect(await model.runner.readLogits()).not.toEqual(expected[0]);

  // A read that fails is tried again at the next use.
  failing = true;
  open();
  await decode(model, [token]);
  expect(pager.standIns().size).toBeGreaterThan(0);
  failing = false;
  for (let uses = 0; totals.stoodIn > stoodIn; uses++) {
    expect(uses).toBeLessThan(20);
    stoodIn = totals.stoodIn;
    await decode(model, [token]);
    await expect.poll(() => pager.standIns().size).toBe(0);
  }
  expect(await model.runner.readLogits()).toEqual(expected[0]);

  hold();
  for (const id of ids) await decode(model, [id]);
  expect(pager.standIns().size).toBeGreaterThan(0);
  await model.runner.prefill(ids, 0, { sampling: GREEDY });
  await exact.runner.prefill(ids, 0, { sampling: GREEDY });
  expect(await model.runner.readLogits()).toEqual(await exact.runner.readLogits());
  open();
});

test.each<[string, LossyOptions]>([
  ['no expert', { topK: 0 }],
  ['more experts than there are', { topK: 9 }],
  ['half an expert', { topK: 1.5 }],
  ['a margin below 0', { residentMargin: -1 }],
  ['a margin that is no number', { residentMargin: Number.NaN }],
  ['a weight above 1', { skipBelow: 1.5 }],
])('%s is refused', async (_, lossy) => {
  await expect(loadTiny({ lossy })).rejects.toMatchObject({ code: 'request-invalid' });
});

test('stand-ins of experts that are not in q4 are refused', async () => {
  await expect(openTestModel(await testModel('a mixed'), { lossy: { standIns: true } })).rejects.toMatchObject({
    code: 'request-invalid',
  });
});
