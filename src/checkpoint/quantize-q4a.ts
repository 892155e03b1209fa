import { fromF16Bits, toF16Bits } from '../lib/f16';
import { GROUP } from '../model/config';
import { clampF16, type QuantizeError } from './quantize';

/** Over how many steps of the scale the group's range is spread in turn; beyond 15 both ends are clamped alike. */
const STEPS = [15, 14.3, 13.6, 15.8, 16.6];
/** Each lets the line of least squares through one choice of codes make the next one. */
const REFINEMENTS = 2;

const group = new Float64Array(GROUP);
/** What the last codes tried give: the line of least squares, and how much of the group's variance it explains. */
const line = { scale: 0.5, minimum: 0.5, gain: 0.5 };

/**
 * Quantizes groups of 32 values to q4a: codes 0 to 15, scale and minimum with the least squared error among those searched. Values that
 * lie on a grid of up to 16 steps, as those do that have been quantized before, lose nothing but their grid's rounding to f16.
 *
 * @param values `[groups * 32]`
 * @param q `[groups * 16]` nibbles, written
 * @param scales `[groups * 2]` f16 bits, scale and minimum by turns, written
 * @param error added to; where a value is not finite, its sums no longer are
 */
export function quantizeQ4a(values: Float32Array, q: Uint8Array, scales: Uint16Array, error: QuantizeError): void {
  for (let s = 0, v = 0; s < scales.length; s += 2) {
    let norm = 0;
    let sum = 0;
    let low = Infinity;
    let high = -Infinity;
    for (let j = 0; j < GROUP; j++, v++) {
      const x = values[v] as number;
      group[j] = x;
      norm += x * x;
      sum += x;
      low = Math.min(low, x);
      high = Math.max(high, x);
    }
    const found = Number.isFinite(norm) && high > low ? searchLine(low, high, sum) : { scale: 0, minimum: sum / GROUP };
    scales[s] = toF16Bits(clampF16(found.scale));
    scales[s + 1] = toF16Bits(clampF16(found.minimum));
    const squared = writeCodes(fromF16Bits(scales[s] as number), fromF16Bits(scales[s + 1] as number), q, s * 8);
    error.squaredError += squared;
    error.squaredNorm += norm;
  }
}

function searchLine(low: number, high: number, sum: number): { scale: number; minimum: number } {
  for (let steps = 1; steps <= 15; steps++) {
    const scale = (high - low) / steps;
    if (!isGrid(low, scale)) continue;
    tryCodes(low, scale, sum);
    return line;
  }
  let best = { scale: 0, minimum: 0, gain: -1 };
  for (const steps of STEPS) {
    const scale = (high - low) / steps;
    tryCodes(low + (Math.max(steps, 15) - 15) * 0.5 * scale, scale, sum);
    if (line.gain > best.gain) best = { ...line };
  }
  for (let i = 0; i < REFINEMENTS; i++) {
    tryCodes(best.minimum, best.scale, sum);
    if (line.gain > best.gain) best = { ...line };
  }
  return best;
}

function tryCodes(minimum: number, scale: number, sum: number): void {
  const inverse = 1 / scale;
  const shift = 0.5 - minimum * inverse;
  let [dot, codes, squares] = [0, 0, 0];
  for (let j = 0; j < GROUP; j++) {
    const x = group[j] as number;
    const code = Math.max(0, Math.min((x * inverse + shift) | 0, 15));
    dot += code * x;
    codes = (codes + code) | 0;
    squares = (squares + Math.imul(code, code)) | 0;
  }
  const spread = GROUP * squares - codes * codes;
  const joint = GROUP * dot - codes * sum;
  line.scale = spread === 0 ? 0 : joint / spread;
  line.minimum = (sum - line.scale * codes) / GROUP;
  line.gain = line.scale * joint;
}

/** Whether all values are whole steps from the least. Seldom needs more than two of them. */
function isGrid(low: number, scale: number): boolean {
  const inverse = 1 / scale;
  for (let j = 0; j < GROUP; j++) {
    const code = ((group[j] as number) - low) * inverse;
    if (Math.abs(code - Math.round(code)) > 1e-5) return false;
  }
  return true;
}

/** Byte j gets element j in its low nibble, element j + 16 in its high one. Returns the squared error. */
function writeCodes(scale: number, minimum: number, q: Uint8Array, at: number): number {
  const inverse = scale === 0 ? 0 : 1 / scale;
  const shift = 0.5 - minimum * inverse;
  let squared = 0;
  for (let j = 0; j < 16; j++) {
    const x = group[j] as number;
    const y = group[j + 16] as number;
    const k = Math.max(0, Math.min((x * inverse + shift) | 0, 15));
    const l = Math.max(0, Math.min((y * inverse + shift) | 0, 15));
    q[at + j] = k | (l << 4);
    const dx = x - (k * scale + minimum);
    const dy = y - (l * scale + minimum);
    squared += dx * dx + dy * dy;
  }
  return squared;
}
