import { expect, test } from 'vitest';
import { STRIPE_COUNTS, StripeTuner } from './stripe-tuner';

/** How often each number of stripes was chosen in so many reads at these rates. */
function choices(tuner: StripeTuner, reads: number, rateOf: Record<number, number>): Record<number, number> {
  const counts: Record<number, number> = Object.fromEntries(STRIPE_COUNTS.map((stripes) => [stripes, 0]));
  for (let n = 0; n < reads; n++) {
    const stripes = tuner.choose();
    counts[stripes] = (counts[stripes] ?? 0) + 1;
    // Reads are far from equally fast.
    tuner.measured(stripes, (rateOf[stripes] ?? 0) * (n % 2 ? 0.9 : 1.1));
  }
  return counts;
}

const WARM = { 1: 1579, 2: 1399, 4: 1080 };
const COLD = { 1: 423, 2: 402, 4: 669 };

test('finds the fastest way to read, keeps an eye on the others, and changes over when another becomes the fastest', () => {
  const tuner = new StripeTuner();
  expect(choices(tuner, 320, WARM)[1]).toBeGreaterThan(280);
  expect(choices(tuner, 320, COLD)[4]).toBeGreaterThan(200);
  const back = choices(tuner, 320, WARM);
  expect(back[1]).toBeGreaterThan(200);
  expect(Math.min(...Object.values(back))).toBeGreaterThan(0);
});

test('reads that nobody measured, as those that waited, leave it trying', () => {
  const tuner = new StripeTuner();
  for (let n = 0; n < 10; n++) expect(tuner.choose()).toBe(4);
});
