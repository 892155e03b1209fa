import { afterEach, beforeAll, expect, test } from 'vitest';
import { gpuRoom } from '../../tests/support/gpu-room';
import { openGpu } from '../gpu/device';
import { extentOf } from '../model/buffers';
import { slotBytes } from '../pack/footprint';
import { expertName, type PackLayout, packLayout } from '../pack/layout';
import { allocateArenas } from '../paging/arenas';
import type { BudgetPlan } from '../paging/budget';
import type { GpuModel } from './gpu-model';
import { planModel } from './plan-model';
import { closeTestModel, GREEDY, openTestModel, type TestModel, testModel } from './testing';

/** Model a, 3 layers of 8 experts, where an arena holds one layer's: 24 slots are 3 arenas. */
const PER_ARENA = 8;
const EXACTLY_WHAT_IS_PICKED = { prefetch: false, warmStart: false, ramBytes: 0 };
const PROMPT = [1, 7, 30, 12];

let model: TestModel;
let layout: PackLayout;
let expected: { ids: number[]; logits: Float32Array };
let plan: BudgetPlan;
let opened: GpuModel | undefined;

beforeAll(async () => {
  model = await testModel('a');
  layout = packLayout(model.manifest.config, model.manifest.formats);
  const full = await open();
  expected = await answer(full);
  plan = full.plan;
  close();
});
afterEach(() => close());

async function open(budgetBytes?: number): Promise<GpuModel> {
  const limits = { maxBindingBytes: PER_ARENA * slotBytes(layout) };
  opened = await openTestModel(model, { budgetBytes, paging: EXACTLY_WHAT_IS_PICKED }, limits);
  return opened;
}

function close(): void {
  if (opened) closeTestModel(opened);
  opened = undefined;
}

async function answer({ runner }: GpuModel): Promise<{ ids: number[]; logits: Float32Array }> {
  const ids = [(await runner.prefill(PROMPT, 0, { sampling: GREEDY })).token];
  for (let at = PROMPT.length; at < PROMPT.length + 4; at++)
    ids.push((await runner.decode(at, { sampling: GREEDY })).token);
  return { ids, logits: await runner.readLogits() };
}

const residentsOf = ({ pager: { slots } }: GpuModel): string[] =>
  slots.residents().map((key) => expertName(Math.floor(key / 8), key % 8));

test('a change of budget keeps what fits, bit for bit: of the next token’s picks only the others are read, and memory never exceeds the larger budget', async () => {
  const gpu = gpuRoom();
  const paged = await open();
  const bytesFor = (slots: number) => paged.plan.fixedBytes + slots * paged.plan.slotBytes;
  let before = residentsOf(paged);
  expect(before).toHaveLength(24);
  // [slots, residents that are left at least]: where arenas have their size and layers still, or there is room beside them, all are.
  for (const [slots, least] of [
    [18, 12],
    [18, 18],
    [24, 12],
    [6, 6],
    [12, 2],
    [2, 0],
    [24, 2],
  ] as const) {
    gpu.most = gpu.bytes;
    const larger = Math.max(gpu.bytes, bytesFor(slots));
    const lost = await paged.setBudget(bytesFor(slots));
    const kept = residentsOf(paged);
    expect(gpu.most).toBeLessThanOrEqual(larger);
    expect(gpu.bytes).toBe(bytesFor(slots));
    expect(paged.gpu.memory.bytes).toBe(gpu.bytes);
    expect(before).toEqual(expect.arrayContaining(kept));
    expect(kept.length).toBeGreaterThanOrEqual(least);
    expect(kept.length + lost.length).toBeLessThanOrEqual(slots);

    model.reads.length = 0;
    const { routes } = await paged.runner.prefill([PROMPT[0] as number], 0, { sampling: GREEDY });
    const picks = routes[0]?.flatMap(({ experts }, layer) => experts.map((expert) => expertName(layer, expert))) ?? [];
    // Where layers share an arena, one may evict what the next would have picked.
    if (paged.plan.arenas.length === 3) {
      expect(model.reads.sort()).toEqual(picks.filter((name) => !kept.includes(name)).sort());
    }
    expect(await answer(paged)).toEqual(expected);
    before = residentsOf(paged);
  }
});

test('memory refused at any slot: what fitted is the pool, every layer has an arena, nothing leaks', async () => {
  const room = gpuRoom();
  const gpu = await openGpu();
  const { config } = model.manifest;
  gpu.limits.maxBindingBytes = PER_ARENA * slotBytes(layout);
  const wanted = planModel(gpu, layout, extentOf(config));
  for (let slots = 0; slots <= 24; slots++) {
    room.room = slots * wanted.slotBytes + 1;
    const allocating = allocateArenas(gpu, config, wanted);
    if (slots < config.topK) {
      await expect(allocating).rejects.toMatchObject({ code: 'gpu-out-of-memory' });
    } else {
      const { plan, buffers } = await allocating;
      expect(buffers.map(({ size }) => size)).toEqual(plan.arenas.map((arena) => arena.slots * plan.slotBytes));
      expect(plan.slots).toBeGreaterThanOrEqual(Math.floor(0.75 * slots));
      expect(plan.slots).toBeLessThanOrEqual(slots);
      expect(plan.arenas.reduce((sum, { layers }) => sum + layers, 0)).toBe(config.nLayers);
      expect(plan.budgetBytes).toBe(plan.fixedBytes + plan.slots * plan.slotBytes);
      expect(gpu.memory.bytes).toBe(plan.slots * plan.slotBytes);
    }
    gpu.memory.destroyAll();
    expect(room.bytes).toBe(0);
  }
  gpu.device.destroy();
});

test('a GPU with less room than the budget: the answer is the same, at the start and as the budget grows; with room for nothing it ends with its reason', async () => {
  const { fixedBytes, slotBytes, leastBytes, mostBytes } = plan;
  const gpu = gpuRoom(fixedBytes + 9 * slotBytes);
  const paged = await open();
  expect(paged.plan.slots).toBeGreaterThanOrEqual(7);
  expect(await answer(paged)).toEqual(expected);
  await paged.setBudget(leastBytes);
  await paged.setBudget(mostBytes);
  expect(paged.plan.slots).toBeGreaterThanOrEqual(7);
  expect(gpu.most).toBeLessThanOrEqual(gpu.room);
  expect(await answer(paged)).toEqual(expected);

  gpu.room = fixedBytes;
  await expect(paged.setBudget(leastBytes)).rejects.toMatchObject({ code: 'gpu-out-of-memory' });
  expect(paged.gpu.memory.bytes).toBe(fixedBytes);
  // There are no slots: the device is given up, so that the next step finds it lost and the model is built anew.
  await expect(answer(paged)).rejects.toMatchObject({ code: 'device-lost' });
  close();
  expect(gpu.bytes).toBe(0);
});
