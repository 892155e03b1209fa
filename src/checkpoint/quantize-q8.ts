import { fromF16Bits, toF16Bits } from '../lib/f16';
import { GROUP } from '../model/config';
import { clampF16, type QuantizeError } from './quantize';

/**
 * Quantizes groups of 32 values to q8: the greatest one is mapped to 127, and the scale is then the one of least squared error for
 * these codes.
 *
 * @param values `[groups * 32]`
 * @param q `[groups * 32]` signed bytes, written
 * @param scales `[groups]` f16 bits, written
 * @param error added to; where a value is not finite, its sums no longer are
 */
export function quantizeQ8(values: Float32Array, q: Uint8Array, scales: Uint16Array, error: QuantizeError): void {
  for (let g = 0, v = 0; g < scales.length; g++, v += GROUP) {
    let peak = 0;
    let norm = 0;
    for (let j = v; j < v + GROUP; j++) {
      const x = values[j] as number;
      norm += x * x;
      peak = Math.max(peak, Math.abs(x));
    }
    const inverse = peak === 0 ? 0 : 127 / peak;
    let dot = 0;
    let square = 0;
    for (let j = v; j < v + GROUP; j++) {
      const x = values[j] as number;
      const code = ((x * inverse + 128.5) | 0) - 128;
      q[j] = code;
      dot += code * x;
      square += code * code;
    }
    const bits = toF16Bits(square === 0 ? 0 : clampF16(dot / square));
    scales[g] = bits;
    const scale = fromF16Bits(bits);
    let squared = 0;
    for (let j = v; j < v + GROUP; j++) {
      const difference = (values[j] as number) - (((q[j] as number) << 24) >> 24) * scale;
      squared += difference * difference;
    }
    error.squaredError += squared;
    error.squaredNorm += norm;
  }
}
