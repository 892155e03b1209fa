import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { gpuRoom } from '../../tests/support/gpu-room';
import type { RecordReader } from '../pack/record-reader';
import type { EngineEvent, GenerateRequest, GenerateResult } from '../protocol/engine';
import { MixtabError } from '../protocol/errors';
import { openModelStore } from '../store/model-store';
import { generate } from './generate';
import { LoadTracker } from './load-progress';
import { LoadedModel } from './loaded-model';
import { GREEDY, TINY } from './testing';

/** What goes wrong while experts are paged in: the embedded model in a database of its own, with slots for a quarter of its experts. */

const ref = { id: `faults-${crypto.randomUUID()}`, url: TINY.url };
const REQUEST: GenerateRequest = {
  id: 'r',
  input: { prompt: 'One day' },
  sampling: GREEDY,
  maxTokens: 12,
  stop: [],
};

let events: EngineEvent[] = [];
let model: LoadedModel;
let expected: number[];

beforeAll(async () => {
  model = await load();
  expected = (await ask(model)).ids;
  const { leastBytes, slotBytes } = model.budget;
  await model.setBudget(leastBytes + 6 * slotBytes);
});
afterEach(() => {
  vi.restoreAllMocks();
  events = [];
});
afterAll(async () => {
  await model.unload();
  await (await openModelStore(ref.id)).destroy();
});

function load(budgetBytes?: number): Promise<LoadedModel> {
  const emit = (event: EngineEvent) => void events.push(event);
  // Experts that were read once must be read again: no RAM tier.
  const options = { kernelVariant: 'row', budgetBytes, paging: { ramBytes: 0, warmStart: false } };
  return LoadedModel.load(ref, options, new LoadTracker(() => {}), emit, new AbortController().signal);
}

function ask(of: LoadedModel, signal = new AbortController().signal): Promise<GenerateResult> {
  of.session.truncate(0);
  return generate(of, REQUEST, signal, () => {});
}

/** From the `n`-th on, a model's reads are `read`, which may call the real one. */
function fromRead(
  n: number,
  read: (real: RecordReader['read'], ...args: Parameters<RecordReader['read']>) => Promise<void>,
  of = model,
): void {
  const { reader } = of.pack;
  const real = reader.read.bind(reader);
  let reads = 0;
  vi.spyOn(reader, 'read').mockImplementation((...args) => (++reads < n ? real(...args) : read(real, ...args)));
}

test('a read that fails ends the answer with its reason; what was loaded stays, and the next answer is right', async () => {
  fromRead(20, () => Promise.reject(new MixtabError('record-broken', 'no good copy')));
  await expect(ask(model)).rejects.toMatchObject({ code: 'record-broken', message: 'no good copy' });
  expect(model.gpuModel.pager.slots.residents().length).toBeGreaterThan(0);
  expect(events.map(({ type }) => type)).not.toContain('devicelost');
  vi.restoreAllMocks();
  expect((await ask(model)).ids).toEqual(expected);
});

test('an answer waits for a read that takes its time, can be stopped meanwhile, and the next is right', async () => {
  const begun = Promise.withResolvers<void>();
  fromRead(20, (_, __, ___, options) => {
    begun.resolve();
    return new Promise((_, reject) => options?.signal?.addEventListener('abort', () => reject(options.signal?.reason)));
  });
  const stop = new AbortController();
  const answer = ask(model, stop.signal);
  await begun.promise;
  stop.abort();
  const { ids, finishReason } = await answer;
  expect(finishReason).toBe('abort');
  expect(ids).toEqual(expected.slice(0, ids.length));

  vi.restoreAllMocks();
  const asked = Promise.withResolvers<void>();
  const given = Promise.withResolvers<void>();
  fromRead(10, async (real, ...args) => {
    asked.resolve();
    await given.promise;
    return real(...args);
  });
  const slow = ask(model);
  await asked.promise;
  given.resolve();
  expect((await slow).ids).toEqual(expected);
});

test('a device that is lost in the middle of a read is built anew, and the answer goes on', async () => {
  const { gpu } = model.gpuModel;
  fromRead(20, (real, ...args) => {
    gpu.device.destroy();
    return real(...args);
  });
  expect((await ask(model)).ids).toEqual(expected);
  expect(events).toContainEqual(expect.objectContaining({ type: 'devicelost', state: 'recovered' }));
  expect(model.gpuModel.gpu).not.toBe(gpu);
  expect(gpu.memory.bytes).toBe(0);
});

test('a GPU that refuses every slot of a new budget says so, and the next answer is right', async () => {
  const before = model.budget;
  const room = gpuRoom(0);
  await expect(model.setBudget(before.mostBytes)).rejects.toMatchObject({ code: 'gpu-out-of-memory' });
  room.room = Number.POSITIVE_INFINITY;
  expect((await ask(model)).ids).toEqual(expected);
  expect(model.budget).toEqual(before);
});

test('two tabs at once, each with its own slots over one database, answer as one alone does', async () => {
  const other = await load(model.budget.budgetBytes);
  const answers = await Promise.all([ask(model), ask(other)]);
  expect(answers.map(({ ids }) => ids)).toEqual([expected, expected]);
  for (const { stats } of answers) expect(stats.misses).toBeGreaterThan(0);
  await other.unload();
});

test('a database that another tab deletes in mid-answer is filled again from the source as experts are picked', async () => {
  const fresh = await load(model.budget.budgetBytes);
  let deleted: Promise<void> | undefined;
  const deleteIt = async () => (await openModelStore(ref.id)).destroy();
  const deleting = async (real: RecordReader['read'], ...args: Parameters<RecordReader['read']>) => {
    deleted ??= deleteIt();
    await deleted;
    return real(...args);
  };
  fromRead(5, deleting, fresh);
  expect((await ask(fresh)).ids).toEqual(expected);
  // Each record that was looked for and not found is named.
  expect(events.filter(({ type }) => type === 'notice').length).toBeGreaterThan(0);
  await fresh.unload();
});
