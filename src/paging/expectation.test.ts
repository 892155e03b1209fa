import fc from 'fast-check';
import { expect, test } from 'vitest';
import { expectDecode } from './expectation';
import { expectHitRate } from './rules-of-thumb';
import { mixtralLayout } from './synthetic-routing';

const mixtral = mixtralLayout();

test('Mixtral 8x7B with half its experts pages 2.9 GB a token: 0.34 tok/s from 1 GB/s of storage, 1 from 3, on a GPU of 400 GB/s', () => {
  const at = (storage: number) =>
    expectDecode(mixtral, 128, 0, { storageBytesPerSecond: storage * 1e9, gpuBytesPerSecond: 400e9 });
  expect(at(1).pagedBytesPerToken / 1e9).toBeCloseTo(2.9, 1);
  expect(at(1).decodeTokensPerSecond).toBeCloseTo(0.34, 2);
  expect(at(3).decodeTokensPerSecond).toBeCloseTo(1.01, 1);
});

test('with every expert resident only the GPU counts; with slots for less than a token picks some are there, with none none', () => {
  const speeds = { storageBytesPerSecond: 1e9, gpuBytesPerSecond: 400e9 };
  expect(expectDecode(mixtral, 256, 0, speeds).decodeTokensPerSecond).toBeCloseTo(39, 0);
  expect(expectDecode(mixtral, 32, 0, speeds).hitRate).toBeGreaterThan(0.1);
  expect(expectDecode(mixtral, 0, 0, speeds).hitRate).toBe(0);
});

test('the hit rate goes from 0 to 1 and never falls as slots are added, whatever the shape', () => {
  const shares = fc.tuple(fc.integer({ min: 1, max: 16 }), fc.integer({ min: 1, max: 64 })).filter(([k, n]) => k <= n);
  fc.assert(
    fc.property(
      shares,
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      ([k, n], a, b) => {
        const [low, high] = [expectHitRate(Math.min(a, b), k / n), expectHitRate(Math.max(a, b), k / n)];
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeGreaterThanOrEqual(low);
        expect(expectHitRate(1, k / n)).toBe(1);
      },
    ),
  );
});
