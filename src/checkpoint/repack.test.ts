import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromF16Bits, toF16Bits } from '../lib/f16';
import { GROUP_BYTES, type MatrixFormat } from '../pack/formats';
import { dequantize } from '../reference/dequantize';
import { GGUF_TYPES } from './gguf-types';
import { packRows } from './pack-rows';
import { relativeError } from './quantize';
import type { WeightType } from './weight-types';

const typeOf = (name: string) => Object.values(GGUF_TYPES).find((type) => type.name === name) as WeightType;

/** Where a block has its f16 scales. */
const SCALES: Record<string, number[]> = {
  Q4_1: [0, 2],
  Q5_1: [0, 2],
  Q2_K: [80, 82],
  Q3_K: [108],
  Q4_K: [0, 2],
  Q5_K: [0, 2],
  Q6_K: [208],
};

/** Random blocks, 256 weights of them, with scales that weights have. */
function blocksOf({ name, block, bytes }: WeightType): fc.Arbitrary<Uint8Array<ArrayBuffer>> {
  const count = 256 / block;
  const scale = fc.integer({ min: 1, max: 4096 }).map((n) => n / 65536);
  return fc
    .tuple(
      fc.uint8Array({ minLength: count * bytes, maxLength: count * bytes }),
      fc.array(scale, { minLength: 2 * count, maxLength: 2 * count }),
    )
    .map(([data, scales]) => {
      const view = new DataView(data.buffer, data.byteOffset);
      for (let b = 0; b < count; b++) {
        for (const [i, at] of (SCALES[name] ?? [0]).entries())
          view.setUint16(b * bytes + at, toF16Bits(scales[2 * b + i] as number), true);
      }
      return Uint8Array.from(data);
    });
}

function pack(type: WeightType, bytes: Uint8Array<ArrayBuffer>, format: MatrixFormat) {
  const groups = ((bytes.length / type.bytes) * type.block) / 32;
  const { q, scale } = GROUP_BYTES[format];
  const packed = { q: new Uint8Array(groups * q), scales: new Uint16Array((groups * scale) / 2) };
  const error = { squaredError: 0, squaredNorm: 0 };
  packRows(type, bytes, format, packed, error);
  const values = new Float32Array(groups * 32);
  type.decode(bytes, values);
  return { packed, error, values, back: dequantize(format, packed.q, packed.scales) };
}

const difference = (a: Float32Array, b: Float32Array) => {
  const sum = (of: (x: number, i: number) => number) => a.reduce((total, x, i) => total + of(x, i) ** 2, 0);
  return Math.sqrt(sum((x, i) => x - (b[i] as number)) / sum((x) => x));
};

describe.each<[string, MatrixFormat]>([
  ['Q4_0', 'q4'],
  ['Q4_0', 'q4a'],
  ['Q4_0', 'q8'],
  ['Q4_0', 'q6'],
  ['Q4_0', 'q6a'],
  ['Q4_0', 'q8a'],
  ['Q4_1', 'q4a'],
  ['Q4_1', 'q6a'],
  ['Q4_1', 'q8a'],
  ['Q5_0', 'q6'],
  ['Q5_0', 'q6a'],
  ['Q5_0', 'q8'],
  ['Q5_0', 'q8a'],
  ['Q5_1', 'q6a'],
  ['Q5_1', 'q8a'],
  ['Q8_0', 'q8'],
  ['Q8_0', 'q8a'],
])('%s as %s', (name, format) => {
  const type = typeOf(name);
  it('stands for the same values, bit for bit, wherever its bytes lie', () => {
    fc.assert(
      fc.property(blocksOf(type), fc.nat(3), (bytes, shift) => {
        const moved = new Uint8Array(bytes.length + shift).subarray(shift);
        moved.set(bytes);
        const { values, back, error } = pack(type, moved, format);
        // -0 and 0 are one value: q4a's sum has no -0.
        expect(back.map((x) => x + 0)).toEqual(values.map((x) => x + 0));
        expect(error.squaredError).toBe(0);
        expect(error.squaredNorm).toBeCloseTo(
          values.reduce((sum, x) => sum + x * x, 0),
          3,
        );
      }),
    );
  });

  it('tells of a scale that is not finite', () => {
    fc.assert(
      fc.property(blocksOf(type), fc.constantFrom(0x7c00, 0xfc00, 0x7e01), (bytes, bits) => {
        new DataView(bytes.buffer).setUint16(3 * type.bytes, bits, true);
        expect(pack(type, bytes, format).error.squaredNorm).toBeNaN();
      }),
    );
  });
});

/** `most`: what the rounding of a group's scales to f16 moves a weight by at most, in multiples of it. */
describe.each<[string, MatrixFormat, (scales: number[]) => number]>([
  ['Q4_K', 'q4a', ([scale = 0, minimum = 0]) => 15 * scale + minimum],
  ['Q4_K', 'q8a', ([scale = 0, minimum = 0]) => 15 * scale + minimum],
  ['Q4_K', 'q6a', ([scale = 0, minimum = 0]) => 15 * scale + minimum],
  ['Q5_K', 'q8a', ([scale = 0, minimum = 0]) => 31 * scale + minimum],
  ['Q5_K', 'q6a', ([scale = 0, minimum = 0]) => 31 * scale + minimum],
  ['Q6_K', 'q6', (scales) => 32 * Math.max(...scales)],
])('%s as %s', (name, format, most) => {
  const type = typeOf(name);
  it('keeps every code; scales and minimums are the nearest f16, wherever its bytes lie', () => {
    fc.assert(
      fc.property(blocksOf(type), fc.nat(3), (bytes, shift) => {
        const moved = new Uint8Array(bytes.length + shift).subarray(shift);
        moved.set(bytes);
        const { values, back, packed, error } = pack(type, moved, format);
        const perGroup = GROUP_BYTES[format].scale / 2;
        for (const [i, x] of values.entries()) {
          const end = ((i >> 5) + 1) * perGroup;
          const scales = Array.from(packed.scales.subarray(end - 2, end), (bits) => Math.abs(fromF16Bits(bits)));
          const rounding = most(scales) * 2 ** -10.9 + 2 ** -19;
          expect(Math.abs(x - (back[i] as number))).toBeLessThan(rounding);
        }
        expect(relativeError(error)).toBeCloseTo(difference(values, back), 6);
      }),
    );
  });

  it('tells of a scale that is not finite', () => {
    fc.assert(
      fc.property(blocksOf(type), fc.constantFrom(0x7c00, 0xfc00, 0x7e01), (bytes, bits) => {
        new DataView(bytes.buffer).setUint16(SCALES[name]?.at(-1) ?? 0, bits, true);
        expect(pack(type, bytes, format).error.squaredNorm).toBeNaN();
      }),
    );
  });
});

/** On blocks of random bits, whose sub-blocks differ more than those of weights do. */
describe.each<[string, MatrixFormat, number]>([
  ['Q4_K', 'q4a', 0.0003],
  ['Q5_K', 'q6a', 0.0003],
  ['Q6_K', 'q6', 0.0003],
  ['Q5_1', 'q8', 0.006],
  ['Q5_K', 'q8', 0.006],
  ['Q6_K', 'q8', 0.006],
  ['Q4_K', 'q8', 0.006],
  ['Q8_0', 'q4', 0.12],
  ['Q2_K', 'q4a', 0.05],
  ['Q3_K', 'q4a', 0.07],
])('%s as %s', (name, format, most) => {
  const type = typeOf(name);
  it('reports the error that it has, which is small', () => {
    const errors: number[] = [];
    fc.assert(
      fc.property(blocksOf(type), (bytes) => {
        const { values, back, error } = pack(type, bytes, format);
        if (!values.some((x) => x !== 0)) return;
        expect(relativeError(error)).toBeCloseTo(difference(values, back), 5);
        errors.push(difference(values, back));
      }),
    );
    expect(errors.reduce((a, b) => a + b, 0) / errors.length).toBeLessThan(most);
  });
});

it.each(['q6', 'q6a', 'q8a'] as const)('floats never become %s', (format) => {
  expect(() => pack(typeOf('F32'), new Uint8Array(256), format)).toThrow(RangeError);
});

it('a format finer than a float type needs loses less', () => {
  const bytes = new Uint8Array(Float32Array.from({ length: 1024 }, (_, i) => Math.sin(i * i)).buffer);
  const errors = (['q4', 'q4a', 'q8'] as const).map((format) =>
    relativeError(pack(typeOf('F32'), bytes, format).error),
  );
  expect(errors).toEqual(errors.toSorted((a, b) => b - a));
  expect(errors[2]).toBeLessThan(0.006);
});
