import { fromF16Bits, toF16Bits } from '../lib/f16';
import { GROUP } from '../model/config';

/** Sums over all weights quantized so far: {@link relativeError} of them tells how much was lost. */
export interface QuantizeError {
  /** Sum of squared differences. */
  squaredError: number;
  /** Sum of squared weights. */
  squaredNorm: number;
}

/** Root of the squared error over the squared norm; about 0.08 for weights drawn from a normal distribution. */
export function relativeError(e: QuantizeError): number {
  return e.squaredNorm === 0 ? 0 : Math.sqrt(e.squaredError / e.squaredNorm);
}

/**
 * Where the search looks: the group's greatest value is mapped to each of these levels in turn (beyond -8 it is clamped). All are below zero,
 * where the format has one level more; a group that peaks above zero gets a negative scale. 0.25 apart around -8 they come within 0.1% of
 * the least error there is; whole numbers from -1 on find the scale of values that have been q4 before, which then lose nothing.
 */
const LEVELS = [-8, -7, -7.25, -7.5, -7.75, -8.25, -8.5, -8.75, -9, -6.75, -6.5, -6.25, -6, -5, -4, -3, -2, -1];

/**
 * Quantizes groups of 32 values to the q4 format of src/pack/layout.ts: 16 bytes of nibbles and an f16 scale a group, with the least
 * squared error among the scales searched.
 *
 * @param values `[groups * 32]`
 * @param q `[groups * 16]`, written
 * @param scales `[groups]` f16 bits, written
 * @param error added to; where a value is not finite, its sums no longer are
 */
export function quantizeQ4(values: Float32Array, q: Uint8Array, scales: Uint16Array, error: QuantizeError): void {
  const groups = values.length / GROUP;
  for (let g = 0; g < groups; g++) {
    const group = values.subarray(g * GROUP, (g + 1) * GROUP);
    const { bits, squaredError, squaredNorm } = searchScale(group);
    scales[g] = bits;
    writeNibbles(group, fromF16Bits(bits), q, g * 16);
    error.squaredError += squaredError;
    error.squaredNorm += squaredNorm;
  }
}

function searchScale(group: Float32Array): QuantizeError & { bits: number } {
  let peak = 0;
  let squaredNorm = 0;
  for (let j = 0; j < GROUP; j++) {
    const x = group[j] as number;
    squaredNorm += x * x;
    if (Math.abs(x) > Math.abs(peak)) peak = x;
  }
  if (peak === 0 || !Number.isFinite(squaredNorm)) return { bits: 0, squaredError: 0, squaredNorm };
  const center = toF16Bits(bestScale(group, peak));
  // Of the codes near the best scale the nearest need not be the best. With plain rounding's own scale (the peak at -8) among the
  // candidates, the search is never worse than that.
  let best = { bits: 0, squaredError: squaredNorm, squaredNorm };
  for (const bits of [center, center - 1, center + 1, toF16Bits(peak / -8)]) {
    const squaredError = errorAt(group, fromF16Bits(bits));
    if (squaredError < best.squaredError) best = { bits, squaredError, squaredNorm };
  }
  return best;
}

/**
 * The real scale with the least squared error among those the search meets. With codes l fixed, the best scale is the projection
 * sum(l x) / sum(l^2), and it takes sum(l x)^2 / sum(l^2) off the squared norm; so codes compare without their errors being summed.
 */
function bestScale(group: Float32Array, peak: number): number {
  let best = 0;
  let scale = 0;
  for (const level of LEVELS) {
    const inverse = level / peak;
    let dot = 0;
    let square = 0;
    for (let j = 0; j < GROUP; j++) {
      const x = group[j] as number;
      const l = nearestCode(x, inverse) - 8;
      dot += l * x;
      square += l * l;
    }
    const gain = (dot * dot) / square;
    if (gain > best) {
      best = gain;
      scale = dot / square;
    }
  }
  return scale;
}

/** 0 to 15. Truncation towards zero is rounding here, as all that is negative is clamped. */
function nearestCode(x: number, inverse: number): number {
  const shifted = x * inverse + 8.5;
  return shifted < 0 ? 0 : shifted > 15 ? 15 : shifted | 0;
}

/** Squared error of a group at a scale that f16 can hold; infinite for one that it cannot. */
function errorAt(group: Float32Array, scale: number): number {
  if (scale === 0 || !Number.isFinite(scale)) return Infinity;
  const inverse = 1 / scale;
  let squared = 0;
  for (let j = 0; j < GROUP; j++) {
    const x = group[j] as number;
    const difference = x - (nearestCode(x, inverse) - 8) * scale;
    squared += difference * difference;
  }
  return squared;
}

/** Byte j holds element j in its low nibble, element j + 16 in its high one. */
function writeNibbles(group: Float32Array, scale: number, q: Uint8Array, at: number): void {
  const inverse = scale === 0 ? 0 : 1 / scale;
  for (let j = 0; j < 16; j++) {
    const low = nearestCode(group[j] as number, inverse);
    const high = nearestCode(group[j + 16] as number, inverse);
    q[at + j] = low | (high << 4);
  }
}
