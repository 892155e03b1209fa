import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { gpuRoom } from '../../tests/support/gpu-room';
import { packLayout } from '../pack/layout';
import type { PagingOptions } from '../protocol/paging';
import type { GpuModel } from './gpu-model';
import { closeTestModel, GREEDY, openTestModel, type TestModel, testModel } from './testing';

const opened: GpuModel[] = [];
afterEach(() => {
  for (const model of opened.splice(0)) closeTestModel(model);
});

async function open(model: TestModel, budgetBytes?: number, paging?: PagingOptions): Promise<GpuModel> {
  const gpuModel = await openTestModel(model, { budgetBytes, paging });
  opened.push(gpuModel);
  return gpuModel;
}

/** Prompt logits at every position, then greedy tokens with their logits: all bits that a run gives. */
async function run(
  { runner }: GpuModel,
  prompt: number[],
  tokens: number,
): Promise<{ logits: number[]; ids: number[] }> {
  const logits: number[] = [];
  const first = await runner.prefill(prompt, 0, { sampling: GREEDY, onLogits: (rows) => logits.push(...rows) });
  const ids = [first.token];
  while (ids.length < tokens) {
    const { token } = await runner.decode(prompt.length + ids.length - 1, { sampling: GREEDY });
    logits.push(...(await runner.readLogits()));
    ids.push(token);
  }
  return { logits, ids };
}

test('any legal budget gives the same bits, live changes of it included', async () => {
  const model = await testModel('a');
  const full = await open(model);
  const { leastBytes, mostBytes, slotBytes } = full.plan;
  const gpu = gpuRoom();
  // An adapter whose arenas hold a layer's experts, so that from 9 slots on there are several.
  const paged = await openTestModel(model, { budgetBytes: leastBytes }, { maxBindingBytes: 8 * slotBytes });
  opened.push(paged);
  const prompts = fc.array(fc.nat(model.manifest.config.vocabSize - 1), { minLength: 1, maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: leastBytes, max: mostBytes }), prompts, async (budgetBytes, prompt) => {
      const larger = Math.max(paged.plan.budgetBytes, budgetBytes);
      await paged.setBudget(budgetBytes);
      expect(paged.gpu.memory.bytes).toBeLessThanOrEqual(budgetBytes);
      expect(gpu.bytes).toBe(paged.gpu.memory.bytes);
      expect(gpu.most).toBeLessThanOrEqual(larger);
      gpu.most = 0;
      expect(await run(paged, prompt, 6)).toEqual(await run(full, prompt, 6));
    }),
    { numRuns: 8 },
  );
}, 240_000);

test('experts of several lengths, by the formats of their layers, share the slots of the longest and give the same bits at every budget', async () => {
  const model = await testModel('a mixed');
  const { experts } = packLayout(model.manifest.config, model.manifest.formats);
  const full = await open(model);
  const { slotBytes, leastBytes, mostBytes } = full.plan;
  expect(new Set(experts.map(({ bytes }) => bytes)).size).toBe(3);
  expect(slotBytes).toBe(Math.max(...experts.map(({ bytes }) => bytes)));
  const prompt = [1, 7, 30, 12, 200, 501, 77];
  const expected = await run(full, prompt, 6);
  const paged = await open(model, leastBytes);
  for (const budgetBytes of [leastBytes, Math.floor((leastBytes + mostBytes) / 2)]) {
    await paged.setBudget(budgetBytes);
    expect(await run(paged, prompt, 6)).toEqual(expected);
    expect(paged.pager.misses).toBeGreaterThan(0);
    expect(paged.gpu.memory.bytes).toBeLessThanOrEqual(budgetBytes);
  }
});

test('layers spread over several arenas, as a lesser adapter needs, give the same bits', async () => {
  const model = await testModel('a');
  const full = await open(model);
  const { slotBytes, leastBytes } = full.plan;
  const prompt = [1, 7, 30, 12];
  const expected = await run(full, prompt, 6);
  const spread = await openTestModel(model, { budgetBytes: leastBytes }, { maxBindingBytes: 8 * slotBytes });
  opened.push(spread);
  for (const slots of [6, 12, 24]) {
    await spread.setBudget(leastBytes + (slots - 2) * slotBytes);
    expect(spread.plan.arenas).toHaveLength(Math.ceil(slots / 8));
    expect(await run(spread, prompt, 6)).toEqual(expected);
  }
});

test('at the least budget there are misses and evictions, the bytes stay within it, and the answer is the same', async () => {
  const model = await testModel('tiny');
  const full = await open(model);
  const paged = await open(model, full.plan.leastBytes);
  expect(paged.plan.slots).toBe(model.manifest.config.topK);
  const prompt = [1, 446, 453, 261, 416];
  expect(await run(paged, prompt, 8)).toEqual(await run(full, prompt, 8));
  expect(paged.pager.misses).toBeGreaterThan(0);
  expect(paged.pager.slots.evictions).toBeGreaterThan(0);
  expect(paged.gpu.memory.bytes).toBeLessThanOrEqual(full.plan.leastBytes);
});

test('a budget below the least names the least', async () => {
  const model = await testModel('b');
  const full = await open(model);
  const { leastBytes } = full.plan;
  await expect(openTestModel(model, { budgetBytes: leastBytes - 1 })).rejects.toMatchObject({
    code: 'budget-too-small',
    data: { leastBytes },
  });
  await expect(full.setBudget(leastBytes - 1)).rejects.toMatchObject({
    code: 'budget-too-small',
    data: { leastBytes },
  });
  expect((await run(full, [1, 2, 3], 2)).ids).toHaveLength(2);
});

test('prefill reads each expert at most once a chunk, decode one submit and one readback a token when all is resident', async () => {
  const model = await testModel('tiny');
  const { config } = model.manifest;
  // What the last token foretells is read ahead, and may be read again.
  const paged = await open(model, (await open(model)).plan.leastBytes, { prefetch: false });
  for (const length of [20, 100]) {
    model.reads.length = 0;
    await paged.runner.prefill(
      Array.from({ length }, (_, i) => i + 3),
      0,
      { sampling: GREEDY },
    );
    expect(new Set(model.reads).size).toBe(model.reads.length);
  }
  const full = await open(model);
  await full.runner.prefill(
    Array.from({ length: 64 }, (_, i) => i + 3),
    0,
    { sampling: GREEDY },
  );
  const before = { ...full.gpu.counters };
  for (let i = 0; i < 10; i++) await full.runner.decode(64 + i, { sampling: GREEDY });
  expect(full.gpu.counters.submits - before.submits).toBe(10);
  expect(full.gpu.counters.readbacks - before.readbacks).toBe(10);
  expect(full.gpu.counters.dispatches - before.dispatches).toBeLessThanOrEqual(10 * (7 * config.nLayers + 5));
});
