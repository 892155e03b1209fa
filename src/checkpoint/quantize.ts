import { fromF16Bits, toF16Bits } from '../lib/f16';
import { GROUP } from '../model/config';

/** Sums over all weights quantized so far: {@link relativeError} of them tells how much was lost. */
export interface QuantizeError {
  /** Sum of squared differences. */
  squaredError: number;
  /** Sum of squared weights. */
  squaredNorm: number;
}

/** Root of the squared error over the squared norm; about 0.09 for weights drawn from a normal distribution. */
export function relativeError(e: QuantizeError): number {
  return e.squaredNorm === 0 ? 0 : Math.sqrt(e.squaredError / e.squaredNorm);
}

/**
 * Where the search looks: the group's greatest value is mapped to each of these levels in turn. Beyond -8 it is clamped. Both signs,
 * as there are 8 levels below zero and 7 above.
 */
const LEVELS = [-9, -8.75, -8.5, -8.25, -8, -7.75, -7.5, -7.25, -7, -6.5, -6, -5.5, 6, 6.5, 7, 7.25, 7.5, 7.75, 8, 8.5];

const codes = new Uint8Array(GROUP);
const bestCodes = new Uint8Array(GROUP);

/**
 * Quantizes groups of 32 values to the q4 format of src/pack/layout.ts: 16 bytes of nibbles and an f16 scale a group.
 * The scale is the one with the least squared error among those searched, each measured after its own rounding to f16.
 *
 * @param values `[groups * 32]`
 * @param q `[groups * 16]`, written
 * @param scales `[groups]` f16 bits, written
 */
export function quantizeQ4(values: Float32Array, q: Uint8Array, scales: Uint16Array, error: QuantizeError): void {
  const groups = values.length / GROUP;
  for (let g = 0; g < groups; g++) {
    const group = values.subarray(g * GROUP, (g + 1) * GROUP);
    scales[g] = searchScale(group, error);
    for (let j = 0; j < 16; j++) q[g * 16 + j] = (bestCodes[j] as number) | ((bestCodes[j + 16] as number) << 4);
  }
}

/** Leaves the group's codes in `bestCodes` and returns its scale's f16 bits. */
function searchScale(group: Float32Array, error: QuantizeError): number {
  let peak = 0;
  let norm = 0;
  for (const x of group) {
    norm += x * x;
    if (Math.abs(x) > Math.abs(peak)) peak = x;
  }
  bestCodes.fill(8);
  let best = norm;
  let bestBits = 0;
  const attempt = (bits: number): number => {
    const scale = fromF16Bits(bits);
    if (scale === 0 || !Number.isFinite(scale)) return 0;
    const squared = encode(group, scale);
    if (squared < best) {
      best = squared;
      bestBits = bits;
      bestCodes.set(codes);
    }
    return scale;
  };
  if (peak !== 0) {
    for (const level of LEVELS) {
      // With the codes of this scale fixed, the scale with the least error is a projection: one step of it usually suffices.
      if (attempt(toF16Bits(peak / level)) !== 0) attempt(toF16Bits(project(group)));
    }
  }
  error.squaredError += best;
  error.squaredNorm += norm;
  return bestBits;
}

/** Nearest codes of a group at a scale, into `codes`; returns the squared error. */
function encode(group: Float32Array, scale: number): number {
  const inverse = 1 / scale;
  let squared = 0;
  for (let j = 0; j < GROUP; j++) {
    const x = group[j] as number;
    const level = Math.min(7, Math.max(-8, Math.round(x * inverse)));
    const difference = x - level * scale;
    squared += difference * difference;
    codes[j] = level + 8;
  }
  return squared;
}

/** The real scale with the least squared error for the codes in `codes`. */
function project(group: Float32Array): number {
  let dot = 0;
  let norm = 0;
  for (let j = 0; j < GROUP; j++) {
    const level = (codes[j] as number) - 8;
    dot += level * (group[j] as number);
    norm += level * level;
  }
  return norm === 0 ? 0 : dot / norm;
}
