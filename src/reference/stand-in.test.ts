import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromF16Bits, toF16Bits } from '../lib/f16';
import { dequantize } from './dequantize';
import { type Coded, expandStandIn, makeStandIn } from './stand-in';

const valuesOf = ({ codes, scales }: Coded) => dequantize('q4', codes, scales);

/** Groups of 32 codes, 0..15, with scales of both signs. */
function coded(groups: number[][], scale = 0.01): Coded {
  const codes = groups.flatMap((group) =>
    Array.from({ length: 16 }, (_, i) => (group[i] as number) + 16 * (group[i + 16] as number)),
  );
  const scales = groups.map((_, g) => toF16Bits(g % 2 === 0 ? scale : -scale));
  return { codes: Uint8Array.from(codes), scales: Uint16Array.from(scales) };
}

const squares = (values: Iterable<number>) => [...values].reduce((sum, v) => sum + v * v, 0);
const errorOf = (original: Coded, copy: Coded) => {
  const [a, b] = [valuesOf(original), valuesOf(expandStandIn(copy))];
  return squares(a.map((v, i) => v - (b[i] as number)));
};

const group = fc.array(fc.integer({ min: 0, max: 15 }), { minLength: 32, maxLength: 32 });

describe('a stand-in', () => {
  it('takes 2.5 bits a weight and expands to q4 codes 5, 7, 9 and 11', () => {
    const original = coded([Array.from({ length: 32 }, (_, i) => i % 16)]);
    const copy = makeStandIn(original);
    expect(8 * (copy.codes.byteLength + copy.scales.byteLength)).toBe(2.5 * 32);
    const nibbles = [...expandStandIn(copy).codes].flatMap((byte) => [byte & 15, byte >> 4]);
    expect(new Set(nibbles)).toEqual(new Set([5, 7, 9, 11]));
  });

  it('is of least squared error: no other scale does better, by any limit', () => {
    fc.assert(
      fc.property(group, fc.double({ min: 0.01, max: 8, noNaN: true }), (codes, ratio) => {
        const original = coded([codes]);
        const scale = ratio * fromF16Bits(original.scales[0] as number);
        const values = valuesOf(original);
        const other = squares(values.map((v) => Math.abs(v) - scale * (Math.abs(v) > 2 * scale ? 3 : 1)));
        // What rounding the scale to f16 may cost.
        expect(errorOf(original, makeStandIn(original))).toBeLessThanOrEqual(other + 1e-6 * squares(values) + 1e-12);
      }),
    );
  });

  it('of a stand-in is itself, to the rounding of its scale', () => {
    fc.assert(
      fc.property(group, (codes) => {
        const once = expandStandIn(makeStandIn(coded([codes])));
        const twice = expandStandIn(makeStandIn(once));
        const values = valuesOf(once);
        for (const [i, v] of valuesOf(twice).entries())
          expect(Math.abs(v - (values[i] as number))).toBeLessThanOrEqual(Math.abs(v) / 512);
      }),
    );
  });

  it('keeps signs, and zeros add up to nothing', () => {
    const { codes, scales } = makeStandIn(coded([new Array(32).fill(8).fill(12, 0, 2).fill(3, 2, 4)]));
    const values = valuesOf(expandStandIn({ codes, scales }));
    expect([...values.subarray(0, 4)].map(Math.sign)).toEqual([1, 1, -1, -1]);
    expect(values.subarray(4).reduce((a, b) => a + b)).toBeCloseTo(0, 9);
  });

  it('of normally distributed weights misses 11% of their squares', () => {
    // A sum of twelve uniform numbers, from a generator of its own.
    let seed = 1;
    const uniform = () => {
      seed = (seed * 48271) % 2147483647;
      return seed / 2147483647;
    };
    const normal = () => Array.from({ length: 12 }, uniform).reduce((a, b) => a + b) - 6;
    const groups = Array.from({ length: 400 }, () => {
      const values = Array.from({ length: 32 }, normal);
      const largest = values.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a));
      return values.map((v) => Math.min(15, Math.round((v / largest) * -8) + 8));
    });
    const original = coded(groups);
    const share = errorOf(original, makeStandIn(original)) / squares(valuesOf(original));
    expect(share).toBeGreaterThan(0.08);
    expect(share).toBeLessThan(0.13);
  });
});
