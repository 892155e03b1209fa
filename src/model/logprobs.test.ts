import fc from 'fast-check';
import { expect, it } from 'vitest';
import { logprobsOf } from './logprobs';

it('are the logarithms of probabilities that sum to one', () => {
  const logits = Float32Array.from([0.5, 0.25, 0.125, 0.125], (p) => Math.log(p) + 30);
  const { id, logprob, top } = logprobsOf(logits, 2, 4);
  expect(id).toBe(2);
  expect(Math.exp(logprob)).toBeCloseTo(0.125, 5);
  expect(top.map((token) => token.id)).toEqual([0, 1, 2, 3]);
  expect(top.reduce((sum, token) => sum + Math.exp(token.logprob), 0)).toBeCloseTo(1, 6);
});

it('lists the likeliest in order, of equal ones the lowest id', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 1, maxLength: 60 }),
      fc.nat(20),
      (row, count) => {
        const expected = row.map((_, id) => id).sort((a, b) => (row[b] as number) - (row[a] as number) || a - b);
        const { top } = logprobsOf(Float32Array.from(row), 0, count);
        expect(top.map(({ id }) => id)).toEqual(expected.slice(0, count));
      },
    ),
  );
});
