import { fromF16Bits } from '../lib/f16';
import { GROUP } from '../model/config';

/**
 * Values of a q4 matrix: (nibble - 8) * scale. Exact in f32: 4 bits by 11.
 *
 * @param q groups of 16 bytes; byte j holds element j in its low nibble and j + 16 in its high one
 * @param scales f16 bits, one a group
 */
export function dequantizeQ4(q: Uint8Array, scales: Uint16Array): Float32Array<ArrayBuffer> {
  const out = new Float32Array(scales.length * GROUP);
  for (let g = 0; g < scales.length; g++) {
    const scale = fromF16Bits(scales[g] as number);
    for (let j = 0; j < 16; j++) {
      const byte = q[g * 16 + j] as number;
      out[g * GROUP + j] = ((byte & 15) - 8) * scale;
      out[g * GROUP + j + 16] = ((byte >>> 4) - 8) * scale;
    }
  }
  return out;
}
