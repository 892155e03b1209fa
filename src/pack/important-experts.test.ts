import { expect, test } from 'vitest';
import type { Trace } from '../protocol/trace';
import { importanceOf, mostImportant } from './important-experts';

const model = { name: 'x', nLayers: 2, nExperts: 3, topK: 2, expertBytes: 1, tokenBytes: 1 };
const token = (picks: number[][], scores: number[][]) => ({ picks, scores });
const TRACE: Trace = {
  model,
  steps: [
    {
      phase: 'prefill',
      last: true,
      tokens: [
        token(
          [
            [0, 2],
            [1, 0],
          ],
          [
            [0.6, 0.2, 0.2],
            [0.1, 0.9, 0],
          ],
        ),
        token(
          [
            [2, 0],
            [1, 2],
          ],
          [
            [0.25, 0, 0.75],
            [0, 0.5, 0.5],
          ],
        ),
      ],
    },
    {
      phase: 'decode',
      last: true,
      tokens: [
        token(
          [
            [0, 1],
            [1, 0],
          ],
          [
            [0.4, 0.4, 0.2],
            [0.5, 0.5, 0],
          ],
        ),
      ],
    },
  ],
};

test('an expert is as important as what its picks weigh, a token', () => {
  const importance = importanceOf(TRACE);
  const expected = [
    [(0.75 + 0.25 + 0.5) / 3, 0.5 / 3, (0.25 + 0.75) / 3],
    [(0.1 + 0.5) / 3, (0.9 + 0.5 + 0.5) / 3, 0.5 / 3],
  ];
  for (const [layer, row] of importance.entries()) {
    expect(row.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
    for (const [expert, value] of row.entries()) expect(value).toBeCloseTo(expected[layer]?.[expert] ?? Number.NaN, 12);
  }
  expect(mostImportant(importance, 2)).toEqual([
    [0, 2],
    [0, 1],
  ]);
});

test('of two that are as important the lower id is kept', () => {
  expect(mostImportant([[0.2, 0.3, 0.3, 0.2]], 3)).toEqual([[0, 1, 2]]);
});
