import { describe, expect, it } from 'vitest';
import goldens from '../../tests/fixtures/gguf/blocks.json';
import { toF16Bits } from '../lib/f16';
import { GGUF_TYPES } from './gguf-types';
import type { WeightType } from './weight-types';

const typeOf = (name: string) => Object.values(GGUF_TYPES).find((type) => type.name === name) as WeightType;

function decode(name: string, bytes: Uint8Array): Float32Array {
  const type = typeOf(name);
  const values = new Float32Array((bytes.length / type.bytes) * type.block);
  type.decode(bytes, values);
  return values;
}

const fromBase64 = (text: string) => Uint8Array.from(Buffer.from(text, 'base64'));
const f16 = (value: number) => [toF16Bits(value) & 255, toF16Bits(value) >> 8];

describe.each(Object.entries(goldens))('%s', (name, golden) => {
  it('decodes two random blocks as the format’s own library does', () => {
    const bytes = fromBase64(golden.bytes);
    const expected = new Float32Array(fromBase64(golden.values).buffer);
    const values = decode(name, bytes);
    expect(bytes.length).toBe(2 * typeOf(name).bytes);
    expect(values.length).toBe(expected.length);
    const peak = expected.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
    for (const [i, x] of values.entries()) expect(Math.abs(x - (expected[i] as number))).toBeLessThan(3e-7 * peak);
  });
});

describe('by hand', () => {
  it('Q4_0: low nibbles first, minus 8', () => {
    const values = decode('Q4_0', Uint8Array.from([...f16(-0.5), 0x1f, ...Array(15).fill(0x88)]));
    expect([values[0], values[16]]).toEqual([-3.5, 3.5]);
    expect(values.filter((x) => x !== 0).length).toBe(2);
  });

  it('Q5_1: the fifth bit of element 17 is bit 17', () => {
    const values = decode('Q5_1', Uint8Array.from([...f16(2), ...f16(-1), 0, 0, 2, 0, ...Array(16).fill(0x30)]));
    expect([values[0], values[16], values[17]]).toEqual([-1, 5, 37]);
  });

  it('Q8_0: signed', () => {
    const values = decode('Q8_0', Uint8Array.from([...f16(0.25), 0x80, 0x7f, ...Array(30).fill(0xff)]));
    expect([...values.subarray(0, 3)]).toEqual([-32, 31.75, -0.25]);
  });

  it('Q4_K: upper bits of the scales of the last four sub-blocks come from the first bytes', () => {
    const block = new Uint8Array(144);
    block.set([...f16(1), ...f16(1)]);
    block[4] = 0b01_000010; // scale 0 = 2, upper bits of scale 4 = 1
    block[8] = 0b10_000001; // minimum 0 = 1, upper bits of minimum 4 = 2
    block[12] = 0x35; // low nibbles: scale 4 = 5, minimum 4 = 3
    block[16] = 0x07; // element 0
    block[16 + 64] = 0x01; // element 128, first of sub-block 4
    const values = decode('Q4_K', block);
    expect([values[0], values[1], values[128], values[129]]).toEqual([13, -1, 21 - 35, -35]);
  });

  it('F32, F16 and BF16, at any alignment', () => {
    expect([...decode('F32', new Uint8Array([9, 0, 0, 0x80, 0x3f]).subarray(1))]).toEqual([1]);
    expect([...decode('F16', Uint8Array.from([...f16(1.5), ...f16(-(2 ** -24))]))]).toEqual([1.5, -(2 ** -24)]);
    expect([...decode('BF16', Uint8Array.from([0x80, 0xbf, 0x00, 0x40]))]).toEqual([-1, 2]);
  });
});
