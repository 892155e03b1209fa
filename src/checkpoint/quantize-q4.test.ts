import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromF16Bits, roundF16 } from '../lib/f16';
import { dequantize } from '../reference/dequantize';
import { relativeError } from './quantize';
import { quantizeQ4 } from './quantize-q4';

function quantize(values: Float32Array) {
  const q = new Uint8Array(values.length / 2);
  const scales = new Uint16Array(values.length / 32);
  const error = { squaredError: 0, squaredNorm: 0 };
  quantizeQ4(values, q, scales, error);
  return { q, scales, error, back: dequantize('q4', q, scales) };
}

const squaredError = (a: Float32Array, b: Float32Array) =>
  a.reduce((sum, x, i) => sum + (x - (b[i] as number)) ** 2, 0);

/** Plain rounding as GGUF's reference does it: the greatest value is mapped to -8. */
function absmax(values: Float32Array): Float32Array {
  return values.map((_, i) => {
    const group = values.subarray(i - (i % 32), i - (i % 32) + 32);
    const peak = group.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a), 0);
    const scale = roundF16(peak / -8);
    return scale === 0 ? 0 : Math.max(-8, Math.min(7, Math.round((values[i] as number) / scale))) * scale;
  });
}

const groups = fc
  .array(fc.float({ min: -100, max: 100, noNaN: true, noDefaultInfinity: true }), { minLength: 64, maxLength: 64 })
  .map((values) => Float32Array.from(values));

function normal(count: number): Float32Array {
  const at = (i: number, salt: number) => (Math.abs(Math.sin(i * 12.9898 + salt) * 43758.5453) % 1) + 1e-9;
  return Float32Array.from(
    { length: count },
    (_, i) => 0.02 * Math.sqrt(-2 * Math.log(Math.min(1, at(i, 1)))) * Math.cos(2 * Math.PI * at(i, 2)),
  );
}

describe('q4', () => {
  it('reports the error that its output has, never above plain rounding', () => {
    fc.assert(
      fc.property(groups, (values) => {
        const { back, error } = quantize(values);
        const actual = squaredError(values, back);
        expect(error.squaredError).toBeCloseTo(actual, 3);
        for (const at of [0, 32]) {
          const [group, own] = [values.subarray(at, at + 32), back.subarray(at, at + 32)];
          // Where more than a thousandth is lost, the rounding of the scale (2^-11 at most) goes unweighed: 2^-22 / 1e-3.
          expect(squaredError(group, own)).toBeLessThanOrEqual(squaredError(group, absmax(group)) * (1 + 2.4e-4));
        }
      }),
    );
  });

  it('loses nothing of values that were q4 before', () => {
    const codes = fc.array(fc.integer({ min: 0, max: 15 }), { minLength: 32, maxLength: 32 });
    fc.assert(
      fc.property(codes, fc.integer({ min: 0x0400, max: 0x7000 }), fc.boolean(), (levels, bits, negative) => {
        const scale = fromF16Bits(bits) * (negative ? -1 : 1);
        const values = Float32Array.from(levels, (code) => (code - 8) * scale);
        expect([...quantize(values).back].map((x) => x + 0)).toEqual([...values].map((x) => x + 0));
      }),
    );
  });

  it('packs element j into the low nibble of byte j and j + 16 into its high one', () => {
    const values = new Float32Array(32);
    values[0] = -8;
    values[3] = 7;
    values[16] = 5;
    const { q, scales } = quantize(values);
    expect(fromF16Bits(scales[0] as number)).toBe(1);
    expect([...q]).toEqual([0xd0, 0x88, 0x88, 0x8f, ...new Array(12).fill(0x88)]);
  });

  it('costs normally distributed weights about 8% and a group of zeros nothing', () => {
    expect(relativeError(quantize(normal(32768)).error)).toBeLessThan(0.083);
    const zeros = quantize(new Float32Array(32));
    expect([...zeros.back].every((x) => x === 0)).toBe(true);
    expect(relativeError(zeros.error)).toBe(0);
  });

  it('keeps to f16 at both ends: values too small become zero, none becomes infinite', () => {
    expect([...quantize(new Float32Array(32).fill(1e-9)).back].every((x) => x === 0)).toBe(true);
    expect([...quantize(new Float32Array(32).fill(2 ** -24)).back].every((x) => x === 2 ** -24)).toBe(true);
    expect([...quantize(new Float32Array(32).fill(1e30)).back].every(Number.isFinite)).toBe(true);
  });

  it.each([Number.NaN, Infinity])('tells of %s by sums that are no numbers either', (bad) => {
    const values = new Float32Array(32).fill(1);
    values[5] = bad;
    expect(quantize(values).error.squaredNorm).not.toSatisfy(Number.isFinite);
  });
});
