import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BudgetInfo, ModelInfo } from '../../protocol/engine';
import { en } from '../i18n/en';
import type { LiveFigures } from './answer-meter';
import { bytesAtStep, slotsAtBytes, stepCount, stepOfBytes } from './budget-steps';
import { contextChoices, ramChoices, slotsGained } from './choices';
import { figuresOf } from './figures';
import type { Measured } from './measured';

const budgets: fc.Arbitrary<BudgetInfo & { total: number }> = fc
  .record({
    fixedBytes: fc.integer({ min: 1, max: 1e9 }),
    slotBytes: fc.integer({ min: 256, max: 1e8 }),
    leastSlots: fc.integer({ min: 1, max: 8 }),
    moreSlots: fc.integer({ min: 0, max: 250 }),
    slackBytes: fc.integer({ min: 0, max: 255 }),
  })
  .map(({ fixedBytes, slotBytes, leastSlots, moreSlots, slackBytes }) => {
    const leastBytes = fixedBytes + leastSlots * slotBytes + slackBytes;
    const total = leastSlots + moreSlots;
    const mostBytes = Math.max(leastBytes, fixedBytes + total * slotBytes);
    return { fixedBytes, slotBytes, leastBytes, mostBytes, budgetBytes: mostBytes, slots: total, total };
  });

describe('budget steps', () => {
  it('lead from the least to the most, every one legal, each with a slot more or the same', () => {
    void fc.assert(
      fc.property(budgets, (budget) => {
        const steps = stepCount(budget);
        expect(bytesAtStep(budget, 0)).toBe(budget.leastBytes);
        expect(bytesAtStep(budget, steps)).toBe(budget.mostBytes);
        expect(slotsAtBytes(budget, budget.mostBytes, budget.total)).toBe(budget.total);
        for (let step = 0; step < steps; step++) {
          const [here, next] = [bytesAtStep(budget, step), bytesAtStep(budget, step + 1)];
          expect(next).toBeGreaterThan(here);
          expect(next - here).toBeLessThanOrEqual(budget.slotBytes);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('find the step of a budget again', () => {
    void fc.assert(
      fc.property(budgets, fc.double({ min: 0, max: 1, noNaN: true }), (budget, share) => {
        const step = Math.floor(share * Math.max(0, stepCount(budget) - 1));
        expect(stepOfBytes(budget, bytesAtStep(budget, step))).toBe(step);
      }),
    );
    expect(stepOfBytes({ ...sample, budgetBytes: 1 }, 1)).toBe(0);
  });
});

const sample: BudgetInfo = {
  fixedBytes: 100,
  slotBytes: 10,
  leastBytes: 120,
  mostBytes: 420,
  budgetBytes: 420,
  slots: 32,
};

describe('figuresOf', () => {
  const values = (...given: [LiveFigures | null, Measured | null, number | null]) =>
    Object.fromEntries(figuresOf(en.memory, ...given).map(({ label, value }) => [label, value]));

  it('shows a dash for what is not measured', () => {
    expect(new Set(Object.values(values(null, null, null)))).toEqual(new Set(['–']));
    expect(values(null, null, 9_100_000)['On the GPU']).toBe('9.1 MB');
  });

  it('shows what is remembered until there is an answer', () => {
    const about = { slots: 16, options: '', tokens: 64, computeSeconds: 0.01, missSeconds: null };
    const kept = { ...about, tokensPerSecond: 0.234, hitRate: 0.5, stallMs: 1.26, storageBytesPerSecond: null };
    expect(values(null, kept, null)).toMatchObject({
      'Tokens a second': '0.23',
      'Hit rate': '50%',
      Stalls: '1.3 ms a token',
      'Paged in': '–',
    });
  });
});

describe('choices', () => {
  it("of a context end with the model's own, and hold the one that is loaded", () => {
    expect(contextChoices({ ...shape, contextLength: 300 })).toEqual([256, 300, 512, 1024]);
    expect(slotsGained(shape, sample, 256)).toBe(25);
    expect(slotsGained(shape, sample, 1024)).toBe(-52);
    expect(slotsGained(shape, sample, 512)).toBe(0);
  });

  it('of RAM are handy sizes up to all experts', () => {
    expect(ramChoices(25.4e9, undefined)).toEqual([1e9, 2e9, 4e9, 8e9, 16e9, 25.4e9]);
    expect(ramChoices(7e6, 3e6)).toEqual([1e6, 2e6, 3e6, 4e6, 7e6]);
  });
});

/** Its cache takes a byte a position. */
const shape = {
  contextLength: 512,
  maxContextLength: 1024,
  kvBytes: 512,
} as ModelInfo;
