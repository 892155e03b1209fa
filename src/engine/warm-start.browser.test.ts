import { afterEach, expect, test } from 'vitest';
import { RESIDENCY } from '../protocol/engine';
import type { PagingOptions } from '../protocol/paging';
import type { Engine } from './engine';
import { ask, loadTiny } from './testing';

const opened: Engine[] = [];
afterEach(async () => {
  for (const engine of opened.splice(0)) await engine.unload();
});

async function open(budgetBytes: number, paging: PagingOptions): Promise<Engine> {
  const engine = await loadTiny({ budgetBytes, paging });
  opened.push(engine);
  return engine;
}

/** Resolves to the keys that are resident, once `enough` says so. */
function residents(engine: Engine, enough: (keys: number[]) => boolean): Promise<number[]> {
  return new Promise((resolve) => {
    engine.subscribe((event) => {
      if (event.type !== 'residency') return;
      const keys = [...event.states.keys()].filter((key) => event.states[key] === RESIDENCY.resident);
      if (enough(keys)) resolve(keys);
    });
  });
}

test('a session begins with the experts that the last one ended with, before anything is asked; pinned ones come first and stay', async () => {
  const first = await loadTiny({ paging: { warmStart: false } });
  const { budget } = await first.stats();
  await first.unload();
  if (!budget) throw new Error('no budget');
  const half = budget.fixedBytes + 16 * budget.slotBytes;

  // Nothing is on its way when the answer ends.
  const before = await open(half, { warmStart: false, prefetch: false });
  await ask(before, { maxTokens: 12 });
  const left = await residents(before, () => true);
  expect(left).toHaveLength(16);
  await before.unload();

  const pinned = [...Array(32).keys()].find((key) => !left.includes(key)) ?? 0;
  const after = await open(half, { pinned: [{ layer: Math.floor(pinned / 8), expert: pinned % 8 }] });
  const back = await residents(after, (keys) => keys.length === 16);
  expect(back).toContain(pinned);
  expect(back.filter((key) => left.includes(key))).toHaveLength(15);
  await ask(after, { input: { ids: [1, 400, 900] }, maxTokens: 12 });
  expect(await residents(after, () => true)).toContain(pinned);
});
