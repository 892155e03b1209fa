import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromBf16Bits, fromF16Bits, roundF16, toF16Bits } from './f16';

/** Every finite code, as [bits, value] by the format's definition, computed another way than the code under test. */
const finite = Array.from({ length: 0x7c00 }, (_, bits) => {
  const exponent = bits >> 10;
  const fraction = (bits & 0x3ff) / 1024;
  return exponent === 0 ? fraction * 2 ** -14 : (1 + fraction) * 2 ** (exponent - 15);
});

describe('half floats', () => {
  it('decode and encode again, all 65536 codes', () => {
    for (let bits = 0; bits < 65536; bits++) {
      const value = fromF16Bits(bits);
      const magnitude = bits & 0x7fff;
      if (magnitude > 0x7c00) {
        expect(value).toBeNaN();
        continue;
      }
      const expected = (bits & 0x8000 ? -1 : 1) * (magnitude === 0x7c00 ? Infinity : (finite[magnitude] as number));
      if (!Object.is(value, expected) || toF16Bits(value) !== bits) expect.fail(`${bits.toString(16)}: ${value}`);
    }
  });

  it('round halfway cases to even and their neighbours to the nearer code, between all codes', () => {
    for (let bits = 0; bits + 1 < 0x7c00; bits++) {
      const half = ((finite[bits] as number) + (finite[bits + 1] as number)) / 2;
      const even = bits % 2 === 0 ? bits : bits + 1;
      if (toF16Bits(half) !== even || toF16Bits(-half) !== (even | 0x8000))
        expect.fail(`${bits.toString(16)} and a half`);
      // Less than an f32 apart from the halfway point: rounding through f32 would get these wrong.
      if (toF16Bits(half * (1 + 2 ** -50)) !== bits + 1) expect.fail(`just above ${bits.toString(16)} and a half`);
      if (toF16Bits(half * (1 - 2 ** -50)) !== bits) expect.fail(`just below ${bits.toString(16)} and a half`);
    }
  });

  it('overflow at 65520, underflow at 2^-25, keep the sign of zero', () => {
    expect(toF16Bits(65519.99)).toBe(0x7bff);
    expect(toF16Bits(65520)).toBe(0x7c00);
    expect(toF16Bits(-1e300)).toBe(0xfc00);
    expect(toF16Bits(2 ** -25)).toBe(0);
    expect(toF16Bits(2 ** -25 * 1.0001)).toBe(1);
    expect(toF16Bits(-0)).toBe(0x8000);
    expect(roundF16(Number.NaN)).toBeNaN();
  });

  it('round no number further than to its nearest code', () => {
    fc.assert(
      fc.property(fc.double({ min: -65504, max: 65504, noNaN: true }), (x) => {
        const rounded = roundF16(x);
        const bits = toF16Bits(Math.abs(x));
        const neighbours = [bits - 1, bits + 1].filter((b) => b >= 0 && b < 0x7c00).map((b) => finite[b] as number);
        const error = Math.abs(x - rounded);
        for (const n of neighbours) expect(error).toBeLessThanOrEqual(Math.abs(Math.abs(x) - n));
      }),
    );
  });
});

it('bfloat16 is the upper half of an f32', () => {
  expect([...fromBf16Bits(Uint16Array.of(0x3f80, 0xc000, 0x0001, 0x7f80))]).toEqual([1, -2, 2 ** -133, Infinity]);
});
