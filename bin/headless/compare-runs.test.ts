import { expect, it } from 'vitest';
import { type Comparison, compare } from './compare-runs';

const nothing = (): Comparison => ({ nll: 0, predicted: 0, kl: 0, positions: 0, changedPicks: 0, picks: 0 });
const logitsOf = (...shares: number[]) => Float32Array.from(shares, (p) => 7 + Math.log(p));

it('sums likelihood, divergence and changed picks over a text', () => {
  const exact = [
    { picks: [[0, 1]], logits: logitsOf(0.5, 0.25, 0.25) },
    { picks: [[2, 3]], logits: logitsOf(0.5, 0.25, 0.25) },
  ];
  const other = [
    { picks: [[1, 0]], logits: logitsOf(0.25, 0.5, 0.25) },
    { picks: [[2]], logits: logitsOf(0.5, 0.25, 0.25) },
  ];
  const sums = nothing();
  compare(sums, [9, 1], exact, other);
  expect(sums).toMatchObject({ predicted: 1, positions: 2, changedPicks: 1, picks: 4 });
  expect(sums.nll).toBeCloseTo(Math.log(2), 6);
  expect(sums.kl).toBeCloseTo(0.25 * Math.log(2), 6);
});

it('a run differs from itself in nothing', () => {
  const run = [{ picks: [[0, 1]], logits: logitsOf(0.1, 0.9) }];
  const sums = nothing();
  compare(sums, [0], run, run);
  expect(sums).toEqual({ ...nothing(), positions: 1, picks: 2 });
});

it('choices beyond the exact ones count as changed', () => {
  const logits = logitsOf(1);
  const sums = nothing();
  compare(sums, [0], [{ picks: [[0, 1]], logits }], [{ picks: [[0, 1, 2]], logits }]);
  expect(sums).toMatchObject({ changedPicks: 1, picks: 3 });
});
