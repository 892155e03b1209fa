import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TraceStep } from '../protocol/trace';
import { type LayerMeasures, measureLayers, randomRepetition } from './measures';
import { countRun, sumCounts } from './routing-counts';

const EXPERTS = 4;
const shape = { nLayers: 1, nExperts: EXPERTS };

/** A run of one layer. Where no scores are named, all experts have the same. */
function run(picks: number[][], scores: number[][] = []): TraceStep[] {
  const same = new Array<number>(EXPERTS).fill(1 / EXPERTS);
  const tokens = picks.map((of, t) => ({ picks: [of], scores: [scores[t] ?? same] }));
  return [{ phase: 'prefill', last: true, tokens }];
}

const measured = (picks: number[][], scores?: number[][]): LayerMeasures =>
  measureLayers(countRun(shape, run(picks, scores)))[0] as LayerMeasures;

test('counts what a hand-made run says', () => {
  const picks = [
    [0, 1],
    [0, 2],
    [2, 1],
    [3, 0],
  ];
  const scores = [
    [0.6, 0.2, 0.1, 0.1],
    [0.5, 0.1, 0.3, 0.1],
    [0.1, 0.2, 0.6, 0.1],
    [0.2, 0.1, 0.1, 0.6],
  ];
  const m = measured(picks, scores);
  expect(m.firstShares).toEqual([0.5, 0, 0.25, 0.25]);
  expect(m.pickShares).toEqual([3 / 8, 2 / 8, 2 / 8, 1 / 8]);
  expect(m.meanWeights[0]).toBeCloseTo((0.6 / 0.8 + 0.5 / 0.8 + 0.2 / 0.8) / 3, 12);
  expect(m.meanWeights[3]).toBeCloseTo(0.75, 12);
  // The first choice comes again once in three pairs; an expert in common have the first pair and the second.
  expect(m.repeatedFirst).toBeCloseTo(1 / 3, 12);
  expect(m.repeatedAny).toBeCloseTo(2 / 3, 12);
  expect(m.together).toEqual([
    [0.75, 0.25, 0.25, 0.25],
    [0.25, 0.5, 0.25, 0],
    [0.25, 0.25, 0.5, 0],
    [0.25, 0, 0, 0.25],
  ]);
  expect(m.entropyBits).toBeCloseTo((3 / 8) * Math.log2(8 / 3) + 1 + 3 / 8, 12);
  expect(m.maxOverMean).toBeCloseTo(1.5, 12);
  expect(m.variation).toBeCloseTo(Math.sqrt((1 / 64 + 0 + 0 + 1 / 64) / 4) / 0.25, 12);
});

test('a run that always picks the same repeats itself wholly; one token repeats nothing', () => {
  const constant = measured([
    [1, 3],
    [1, 3],
    [1, 3],
  ]);
  expect([constant.repeatedFirst, constant.repeatedAny, constant.entropyBits]).toEqual([1, 1, 1]);
  const single = measured([[1, 3]]);
  expect([single.repeatedFirst, single.repeatedAny]).toEqual([null, null]);
});

test('steps of one run are neighbours, runs are not', () => {
  const [step] = run([[0, 1]]);
  const twoSteps = countRun(shape, [step, step] as TraceStep[]);
  expect(twoSteps).toMatchObject({ tokens: 2, pairs: 1, layers: [{ repeatedFirst: 1 }] });
  const twoRuns = sumCounts(shape, [countRun(shape, run([[0, 1]])), countRun(shape, run([[0, 1]]))]);
  expect(twoRuns).toMatchObject({ tokens: 2, pairs: 0, layers: [{ repeatedFirst: 0, picks: [2, 2, 0, 0] }] });
});

test('tokens of which a choice was left out are counted with what they have', () => {
  const m = measured([[2], [2, 0], []]);
  expect(m.firstShares).toEqual([0, 0, 1, 0]);
  expect(m.pickShares).toEqual([1 / 3, 0, 2 / 3, 0]);
  expect(m.repeatedFirst).toBe(0.5);
});

test('the laws of any run', () => {
  const picks = fc.shuffledSubarray([0, 1, 2, 3], { minLength: 2, maxLength: 2 });
  fc.assert(
    fc.property(fc.array(picks, { minLength: 1, maxLength: 40 }), fc.nat(39), (all, at) => {
      const m = measured(all);
      for (const shares of [m.firstShares, m.pickShares]) expect(shares.reduce((a, b) => a + b)).toBeCloseTo(1, 9);
      expect(m.entropyBits).toBeGreaterThanOrEqual(0);
      expect(m.entropyBits).toBeLessThanOrEqual(Math.log2(EXPERTS) + 1e-9);
      expect(m.maxOverMean).toBeGreaterThanOrEqual(1 - 1e-9);
      expect(m.variation).toBeGreaterThanOrEqual(0);
      expect(m.repeatedAny ?? 1).toBeGreaterThanOrEqual(m.repeatedFirst ?? 0);
      m.together.forEach((row, a) => {
        row.forEach((share, b) => {
          expect(share).toBe(m.together[b]?.[a]);
        });
      });
      // Cut in two runs, all is as before but for the pair at the cut.
      const cut = at % all.length;
      const parts = [all.slice(0, cut), all.slice(cut)].map((part) => countRun(shape, run(part)));
      const whole = countRun(shape, run(all));
      const sum = sumCounts(shape, parts);
      expect(sum.tokens).toBe(whole.tokens);
      expect(sum.layers[0]?.together).toEqual(whole.layers[0]?.together);
      expect(whole.pairs - sum.pairs).toBe(cut > 0 ? 1 : 0);
    }),
  );
});

test('random repetition is what the paper expects of 2 of 8', () => {
  const { first, any } = randomRepetition(8, 2);
  expect(first).toBe(0.125);
  expect(any).toBeCloseTo(1 - (6 / 8) * (5 / 7), 12);
  expect(randomRepetition(2, 2)).toEqual({ first: 0.5, any: 1 });
  expect(randomRepetition(8, 1).any).toBeCloseTo(0.125, 12);
});
