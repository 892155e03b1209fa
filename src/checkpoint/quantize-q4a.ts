import { fromF16Bits, toF16Bits } from '../lib/f16';
import { GROUP } from '../model/config';
import type { QuantizeError } from './quantize';

/**
 * Over how many steps of the scale the group's range is spread in turn. 15 and a little more or less come near the least error there
 * is; fewer find the grid of values that have been quantized before, and then lose nothing.
 */
const STEPS = [15, 15.5, 16, 16.5, 14.5, 14, 13.5, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1];

/**
 * Quantizes groups of 32 values to q4a: codes 0 to 15, scale and minimum with the least squared error among those searched.
 *
 * @param values `[groups * 32]`
 * @param q `[groups * 16]` nibbles, written
 * @param scales `[groups * 2]` f16 bits, scale and minimum by turns, written
 * @param error added to; where a value is not finite, its sums no longer are
 */
export function quantizeQ4a(values: Float32Array, q: Uint8Array, scales: Uint16Array, error: QuantizeError): void {
  for (let g = 0; g < values.length / GROUP; g++) {
    const group = values.subarray(g * GROUP, (g + 1) * GROUP);
    const norm = group.reduce((sum, x) => sum + x * x, 0);
    let best = { squared: Infinity, scale: 0, minimum: 0 };
    for (const steps of STEPS) {
      const line = fit(group, steps);
      if (line.squared < best.squared) best = line;
    }
    const { squared, scale, minimum } = best;
    for (let j = 0; j < 16; j++) {
      const [low, high] = [group[j] as number, group[j + 16] as number];
      q[g * 16 + j] = codeOf(low, scale, minimum) | (codeOf(high, scale, minimum) << 4);
    }
    scales[2 * g] = toF16Bits(scale);
    scales[2 * g + 1] = toF16Bits(minimum);
    error.squaredError += squared;
    error.squaredNorm += norm;
  }
}

function codeOf(x: number, scale: number, minimum: number): number {
  return scale === 0 ? 0 : Math.max(0, Math.min(15, Math.round((x - minimum) / scale)));
}

/** The line of least squares through the codes that a range of so many steps gives, rounded to f16, and the error that it then has. */
function fit(group: Float32Array, steps: number): { squared: number; scale: number; minimum: number } {
  const low = Math.min(...group);
  const high = Math.max(...group);
  const first = (high - low) / steps;
  let [sumCode, sumSquare, sumX, sumDot] = [0, 0, 0, 0];
  for (const x of group) {
    const code = codeOf(x, first, low);
    sumCode += code;
    sumSquare += code * code;
    sumX += x;
    sumDot += code * x;
  }
  const spread = GROUP * sumSquare - sumCode * sumCode;
  const slope = spread === 0 ? 0 : (GROUP * sumDot - sumCode * sumX) / spread;
  const scale = fromF16Bits(toF16Bits(slope));
  const minimum = fromF16Bits(toF16Bits((sumX - slope * sumCode) / GROUP));
  let squared = 0;
  for (const x of group) squared += (x - (codeOf(x, scale, minimum) * scale + minimum)) ** 2;
  return { squared, scale, minimum };
}
