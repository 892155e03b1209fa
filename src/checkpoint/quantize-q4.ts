import { fromF16Bits, toF16Bits } from '../lib/f16';
import { GROUP } from '../model/config';
import { clampF16, type QuantizeError } from './quantize';

/**
 * Where the search looks: the group's greatest value is mapped to each of these levels in turn (beyond -8 it is clamped). All are below
 * zero, where the format has one level more; a group that peaks above zero gets a negative scale. With one step of refinement after them
 * they come within 0.2% of the least error there is.
 */
const LEVELS = [-8, -7.6, -7.2, -8.4, -6.8, -8.8];

/** The group being quantized, in doubles. */
const group = new Float64Array(GROUP);
/** Of the codes tried last: their products with the group, and their squares. An array, as its elements are never boxed. */
const sums = new Float64Array(2);
/** Adding and subtracting it rounds a small double to a whole number. */
const ROUND = 1.5 * 2 ** 52;

/**
 * Quantizes groups of 32 values to the q4 format of src/pack/layout.ts: 16 bytes of nibbles and an f16 scale a group, with the least
 * squared error among the scales searched. Values that have been q4 before come out unchanged.
 *
 * @param values `[groups * 32]`
 * @param q `[groups * 16]`, written
 * @param scales `[groups]` f16 bits, written
 * @param error added to; where a value is not finite, its sums no longer are
 */
export function quantizeQ4(values: Float32Array, q: Uint8Array, scales: Uint16Array, error: QuantizeError): void {
  for (let g = 0, v = 0; g < scales.length; g++) {
    let peak = 0;
    let norm = 0;
    for (let j = 0; j < GROUP; j++, v++) {
      const x = values[v] as number;
      group[j] = x;
      norm += x * x;
      peak = Math.abs(x) > Math.abs(peak) ? x : peak;
    }
    const best = Number.isFinite(norm) && peak !== 0 ? searchScale(peak, norm) : 0;
    let bits = toF16Bits(clampF16(best));
    // Weights of 2^-24, the least that f16 has, would lose their scale altogether.
    if (best !== 0 && (bits & 0x7fff) === 0) bits = 1;
    let squared = writeCodes(fromF16Bits(bits), q, g * 16);
    // Only where next to nothing is lost, or the scale is too small for all of f16's bits, does its rounding count for more than the codes.
    const subnormal = (bits & 0x7c00) === 0;
    if (squared > 0 && (subnormal || squared < norm * 1e-3)) {
      const plain = toF16Bits(clampF16(peak / -8));
      const before = squared;
      squared = writeCodes(fromF16Bits(plain), q, g * 16);
      if (squared < before) bits = plain;
      else squared = writeCodes(fromF16Bits(bits), q, g * 16);
    }
    scales[g] = bits;
    error.squaredError += squared;
    error.squaredNorm += norm;
  }
}

/**
 * The real scale with the least squared error among those the search meets. With codes l fixed, the best scale is the projection
 * sum(l x) / sum(l^2), and it takes sum(l x)^2 / sum(l^2) off the squared norm; so codes compare without their errors being summed.
 */
function searchScale(peak: number, norm: number): number {
  let most = 0;
  let scale = 0;
  for (let i = 0; i <= LEVELS.length; i++) {
    tryCodes(i < LEVELS.length ? (LEVELS[i] as number) / peak : 1 / scale);
    const dot = sums[0] as number;
    const projected = dot / (sums[1] as number);
    const gain = dot * projected;
    if (gain > most) {
      most = gain;
      scale = projected;
    }
  }
  if (most < norm * (1 - 1e-12)) {
    for (let level = -1; level >= -7; level--) if (isGrid(level / peak)) return peak / level;
  }
  return scale;
}

/** Codes without their 8. Only the peak itself can come below -8, by less than one. Two chains of sums, so that neither waits. */
function tryCodes(inverse: number): void {
  let [dot, dot2, square, square2] = [0, 0, 0, 0];
  for (let j = 0; j < 16; j++) {
    const x = group[j] as number;
    const y = group[j + 16] as number;
    let k = x * inverse + ROUND - ROUND;
    let l = y * inverse + ROUND - ROUND;
    // biome-ignore lint/complexity/useMathMinMax: branches that are hardly ever taken cost half of what Math.min does
    k = k > 7 ? 7 : k < -8 ? -8 : k;
    // biome-ignore lint/complexity/useMathMinMax: as above
    l = l > 7 ? 7 : l < -8 ? -8 : l;
    dot += k * x;
    dot2 += l * y;
    square += k * k;
    square2 += l * l;
  }
  sums[0] = dot + dot2;
  sums[1] = square + square2;
}

/** Whether the group consists of multiples of one number, as values do that have been q4 before. Seldom needs more than two of them. */
function isGrid(inverse: number): boolean {
  for (let j = 0; j < GROUP; j++) {
    const code = (group[j] as number) * inverse;
    const nearest = code + ROUND - ROUND;
    if (Math.abs(code - nearest) > 1e-9 || nearest > 7) return false;
  }
  return true;
}

/** Byte j gets element j in its low nibble, element j + 16 in its high one. Returns the squared error. */
function writeCodes(scale: number, q: Uint8Array, at: number): number {
  const inverse = scale === 0 ? 0 : 1 / scale;
  let squared = 0;
  for (let j = 0; j < 16; j++) {
    const x = group[j] as number;
    const y = group[j + 16] as number;
    const l = Math.max(0, Math.min((x * inverse + 8.5) | 0, 15));
    const m = Math.max(0, Math.min((y * inverse + 8.5) | 0, 15));
    q[at + j] = l | (m << 4);
    const dx = x - (l - 8) * scale;
    const dy = y - (m - 8) * scale;
    squared += dx * dx + dy * dy;
  }
  return squared;
}
