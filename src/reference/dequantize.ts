import { fromF16Bits } from '../lib/f16';
import { GROUP } from '../model/config';
import { GROUP_BYTES, type MatrixFormat } from '../pack/formats';

/**
 * Values of a matrix as a pack holds it. Exact in f32 for q4, q6 and q8, at most 8 bits by 11; rounded once where there is a minimum.
 *
 * @param q codes: 16 bytes a group, byte j holding element j in its low nibble and j + 16 in its high one; in q8 and q8a 32 signed bytes
 * @param scales f16 bits, one a group; in q4a and q8a two, scale and minimum; in q6 and q6a six: four of upper bits, then two of a word as in q4a
 */
export function dequantize(format: MatrixFormat, q: Uint8Array, scales: Uint16Array): Float32Array<ArrayBuffer> {
  const value = VALUES[format];
  const groups = (scales.length * 2) / GROUP_BYTES[format].scale;
  const out = new Float32Array(groups * GROUP);
  for (let g = 0; g < groups; g++) {
    for (let i = 0; i < GROUP; i++) out[g * GROUP + i] = value(g, i, q, scales);
  }
  return out;
}

/** The value of element i of group g. */
type ValueOf = (g: number, i: number, q: Uint8Array, scales: Uint16Array) => number;

const VALUES: Record<MatrixFormat, ValueOf> = {
  q4: (g, i, q, scales) => (nibble(g, i, q) - 8) * f16(scales, g),
  q4a: (g, i, q, scales) => nibble(g, i, q) * f16(scales, 2 * g) + f16(scales, 2 * g + 1),
  q6: (g, i, q, scales) => (sixBits(g, i, q, scales) - 32) * f16(scales, 6 * g + (i < 16 ? 4 : 5)),
  q6a: (g, i, q, scales) => sixBits(g, i, q, scales) * f16(scales, 6 * g + 4) + f16(scales, 6 * g + 5),
  q8: (g, i, q, scales) => signedByte(g, i, q) * f16(scales, g),
  q8a: (g, i, q, scales) => signedByte(g, i, q) * f16(scales, 2 * g) + f16(scales, 2 * g + 1),
};

function nibble(g: number, i: number, q: Uint8Array): number {
  const byte = q[g * 16 + (i % 16)] as number;
  return i < 16 ? byte & 15 : byte >>> 4;
}

/** Upper bits: of elements i to i + 3 in the four bytes of a word, the next four two bits further up; of each half a word. */
function sixBits(g: number, i: number, q: Uint8Array, scales: Uint16Array): number {
  const half = scales[6 * g + 2 * (i >> 4) + ((i & 2) >> 1)] as number;
  const upper = (half >> (8 * (i & 1) + 2 * ((i >> 2) & 3))) & 3;
  return nibble(g, i, q) + 16 * upper;
}

const signedByte = (g: number, i: number, q: Uint8Array): number => ((q[g * GROUP + i] as number) << 24) >> 24;

const f16 = (scales: Uint16Array, i: number): number => fromF16Bits(scales[i] as number);
