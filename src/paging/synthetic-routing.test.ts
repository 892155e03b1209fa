import { expect, test } from 'vitest';
import { PUBLISHED_REPETITION, syntheticMixtral } from './synthetic-routing';

test('made-up routing repeats choices as often as the paper measured, in the layers that it names', () => {
  const trace = syntheticMixtral(4000);
  for (const { layer, first, any } of PUBLISHED_REPETITION) {
    const picks = trace.steps.map(({ tokens }) => tokens[0]?.picks[layer] ?? []);
    const share = (is: (before: number[], now: number[]) => boolean) =>
      picks.slice(1).filter((now, t) => is(picks[t] ?? [], now)).length / (picks.length - 1);
    expect(Math.abs(share((before, now) => before[0] === now[0]) - first)).toBeLessThan(0.02);
    expect(Math.abs(share((before, now) => now.some((expert) => before.includes(expert))) - any)).toBeLessThan(0.02);
  }
});

test('picks are the best scores, scores sum to 1, and a seed gives one trace', () => {
  const trace = syntheticMixtral(5, 7);
  for (const { picks, scores } of trace.steps.flatMap(({ tokens }) => tokens)) {
    expect([picks.length, scores.length]).toEqual([32, 32]);
    for (const [layer, [best = -1, second = -1]] of picks.entries()) {
      const of = Array.from(scores[layer] ?? []);
      expect(of.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
      expect([of[best], of[second]]).toEqual([...of].sort((a, b) => b - a).slice(0, 2));
    }
  }
  expect(syntheticMixtral(5, 7)).toEqual(trace);
  expect(syntheticMixtral(5, 8)).not.toEqual(trace);
});
