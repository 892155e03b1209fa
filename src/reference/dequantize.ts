import { fromF16Bits } from '../lib/f16';
import { GROUP } from '../model/config';
import type { MatrixFormat } from '../pack/formats';

/**
 * Values of a matrix as a pack holds it. Exact in f32 for q4 and q8, 8 bits by 11; in q4a rounded once.
 *
 * @param q codes: 16 bytes a group, byte j holding element j in its low nibble and j + 16 in its high one; in q8 32 signed bytes
 * @param scales f16 bits, one a group; in q4a two, scale and minimum
 */
export function dequantize(format: MatrixFormat, q: Uint8Array, scales: Uint16Array): Float32Array<ArrayBuffer> {
  const value = VALUES[format];
  const groups = scales.length / (format === 'q4a' ? 2 : 1);
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
  q8: (g, i, q, scales) => (((q[g * GROUP + i] as number) << 24) >> 24) * f16(scales, g),
};

function nibble(g: number, i: number, q: Uint8Array): number {
  const byte = q[g * 16 + (i % 16)] as number;
  return i < 16 ? byte & 15 : byte >>> 4;
}

const f16 = (scales: Uint16Array, i: number): number => fromF16Bits(scales[i] as number);
