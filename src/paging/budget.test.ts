import fc from 'fast-check';
import { expect, test } from 'vitest';
import { extentOf } from '../model/buffers';
import { fixedBytes, slotBytes } from '../pack/footprint';
import { planBudget } from './budget';
import { mixtralLayout } from './synthetic-routing';

const pack = mixtralLayout();
const { config: mixtral } = pack;
const fixed = fixedBytes(pack, extentOf(mixtral));
const slot = slotBytes(pack);

test('an expert of Mixtral 8x7B is 99.1 MB, and its least budget all that is fixed and the picks of one layer', () => {
  expect(slot).toBe(99_090_432);
  const limits = { maxBufferBytes: 2 ** 31, maxBindingBytes: 2 ** 31 };
  const plan = planBudget(mixtral, limits, slot, fixed, fixed + 2 * slot);
  expect(plan.leastBytes).toBe(fixed + 2 * slot);
  expect(plan.arenas).toEqual([{ firstLayer: 0, layers: 32, slots: 2 }]);
});

test('any budget on any adapter: arenas cover the layers, hold the picks of one, and stay within budget and binding', () => {
  const bindings = fc.integer({ min: 2 * slot, max: 40 * slot });
  fc.assert(
    fc.property(bindings, fc.integer({ min: 2, max: 300 }), fc.nat(slot - 1), (maxBindingBytes, slots, rest) => {
      const limits = { maxBufferBytes: 2 ** 40, maxBindingBytes };
      const budgetBytes = fixed + slots * slot + rest;
      const plan = planBudget(mixtral, limits, slot, fixed, budgetBytes);
      let layer = 0;
      for (const arena of plan.arenas) {
        expect(arena.firstLayer).toBe(layer);
        expect(arena.slots).toBeGreaterThanOrEqual(mixtral.topK);
        expect(arena.slots).toBeLessThanOrEqual(arena.layers * mixtral.nExperts);
        expect(arena.slots * slot).toBeLessThanOrEqual(maxBindingBytes);
        layer += arena.layers;
      }
      expect(layer).toBe(mixtral.nLayers);
      expect(fixed + plan.slots * slot).toBeLessThanOrEqual(budgetBytes);
      // What the budget pays for and the arenas can hold is there.
      const room = plan.arenas.map(({ layers }) =>
        Math.min(Math.floor(maxBindingBytes / slot), layers * mixtral.nExperts),
      );
      expect(plan.slots).toBe(
        Math.min(
          slots,
          256,
          room.reduce((a, b) => a + b),
        ),
      );
    }),
    { numRuns: 300 },
  );
});

test('a budget below the least and an adapter that cannot bind the picks of one layer are refused', () => {
  const limits = { maxBufferBytes: 2 ** 31, maxBindingBytes: 2 ** 31 };
  expect(() => planBudget(mixtral, limits, slot, fixed, fixed + 2 * slot - 1)).toThrowError(
    expect.objectContaining({
      code: 'budget-too-small',
      data: expect.objectContaining({ leastBytes: fixed + 2 * slot }),
    }),
  );
  expect(() => planBudget(mixtral, { ...limits, maxBindingBytes: slot }, slot, fixed)).toThrowError(
    expect.objectContaining({ code: 'adapter-unsupported' }),
  );
});

test('arenas of two layers’ worth and more, in halves of each other; smaller where the adapter binds less', () => {
  const counts = (bindingBytes: number) =>
    [2, 20, 31, 32, 64, 100, 128, 256].map((slots) => {
      const limits = { maxBufferBytes: 2 ** 32, maxBindingBytes: bindingBytes };
      return planBudget(mixtral, limits, slot, fixed, fixed + slots * slot).arenas.length;
    });
  expect(counts(2 ** 32)).toEqual([1, 1, 1, 2, 4, 4, 8, 16]);
  expect(counts(2 ** 30)).toEqual([1, 2, 4, 4, 8, 16, 16, 32]);
});
