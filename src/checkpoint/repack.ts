import { fromF16Bits, toF16Bits } from '../lib/f16';
import { dwords, type Repack, words } from './weight-types';

/**
 * GGUF's blocks as the pack's groups, integers to integers. Each returns whether all scales are finite; what else can be lost is a
 * scale's rounding to f16.
 */

/** Blocks of an f16 scale and 16 bytes of nibbles, and the same nibbles: {@link splitBlocks}. */
export const q4_0ToQ4: Repack = (bytes, q, scales) => splitBlocks(bytes, q, scales, 1, 8);
/** Scale and minimum, 16 bytes of nibbles. */
export const q4_1ToQ4a: Repack = (bytes, q, scales) => splitBlocks(bytes, q, scales, 2, 8);
/** Scale, 32 signed bytes. */
export const q8_0ToQ8: Repack = (bytes, q, scales) => splitBlocks(bytes, q, scales, 1, 16);

/** Blocks of so many words of scales and of codes in two planes: the same bits, apart. */
function splitBlocks(bytes: Uint8Array, q: Uint8Array, scales: Uint16Array, scaleWords: number, codeWords: number) {
  const from = words(bytes);
  const to = words(q);
  let bad = 0;
  for (let s = 0, w = 0, out = 0; s < scales.length; ) {
    for (const end = s + scaleWords; s < end; s++) {
      const bits = from[w++] as number;
      scales[s] = bits;
      bad |= notFinite(bits);
    }
    // By eight: twice as fast as one by one.
    for (const end = out + codeWords; out < end; out += 8, w += 8) {
      to[out] = from[w] as number;
      to[out + 1] = from[w + 1] as number;
      to[out + 2] = from[w + 2] as number;
      to[out + 3] = from[w + 3] as number;
      to[out + 4] = from[w + 4] as number;
      to[out + 5] = from[w + 5] as number;
      to[out + 6] = from[w + 6] as number;
      to[out + 7] = from[w + 7] as number;
    }
  }
  return bad === 0;
}

/** Codes as they are; the 8 that Q4_0 takes off becomes a minimum of -8 d. */
export const q4_0ToQ4a: Repack = (bytes, q, scales) => {
  const single = new Uint16Array(scales.length / 2);
  const finite = q4_0ToQ4(bytes, q, single);
  for (let g = 0; g < single.length; g++) {
    const d = single[g] as number;
    scales[2 * g] = d;
    scales[2 * g + 1] = toF16Bits(-8 * fromF16Bits(d));
  }
  return finite && scales.every((bits) => notFinite(bits) === 0);
};

/** Codes less 8, as signed bytes. */
export const q4_0ToQ8: Repack = (bytes, q, scales) => {
  let bad = 0;
  for (let g = 0, b = 0, out = 0; g < scales.length; g++, b += 18, out += 32) {
    scales[g] = (bytes[b] as number) | ((bytes[b + 1] as number) << 8);
    bad |= notFinite(scales[g] as number);
    for (let j = 0; j < 16; j++) {
      const codes = bytes[b + 2 + j] as number;
      q[out + j] = (codes & 15) - 8;
      q[out + j + 16] = (codes >> 4) - 8;
    }
  }
  return bad === 0;
};

/** Scale, 4 bytes of fifth bits, 16 bytes of nibbles: codes less 16, as signed bytes. */
export const q5_0ToQ8: Repack = (bytes, q, scales) => {
  let bad = 0;
  for (let g = 0, b = 0, out = 0; g < scales.length; g++, b += 22, out += 32) {
    scales[g] = (bytes[b] as number) | ((bytes[b + 1] as number) << 8);
    bad |= notFinite(scales[g] as number);
    for (let j = 0; j < 16; j++) {
      const codes = bytes[b + 6 + j] as number;
      const low = (bytes[b + 2 + (j >> 3)] as number) >> (j & 7);
      const high = (bytes[b + 4 + (j >> 3)] as number) >> (j & 7);
      q[out + j] = (codes & 15) + ((low & 1) << 4) - 16;
      q[out + j + 16] = (codes >> 4) + ((high & 1) << 4) - 16;
    }
  }
  return bad === 0;
};

/**
 * Q4_K: scale d sc and minimum -dmin m of each of the 8 sub-blocks are rounded to f16, codes are as they are. Two sub-blocks share 32
 * bytes, the even one in the low nibbles.
 */
export const q4KToQ4a: Repack = (bytes, q, scales) => {
  const from = dwords(bytes);
  const to = dwords(q);
  const pairs = dwords(scales);
  let finite = true;
  for (let b = 0, w = 0, out = 0, s = 0; w < from.length; b += 144, w += 36, out += 32, s += 8) {
    if (!kScales(bytes, b, pairs, s, 1)) finite = false;
    kNibbles(from, w + 4, to, out);
  }
  return finite;
};

/**
 * Scale and minimum of the 8 sub-blocks of a block of Q4_K or Q5_K that begins at byte `b`, as one word each, into every n-th word of `to`.
 * Returns whether they are finite.
 */
export function kScales(bytes: Uint8Array, b: number, to: Int32Array, first: number, every: number): boolean {
  const dBits = (bytes[b] as number) | ((bytes[b + 1] as number) << 8);
  const dminBits = (bytes[b + 2] as number) | ((bytes[b + 3] as number) << 8);
  const d = fromF16Bits(dBits);
  const dmin = fromF16Bits(dminBits);
  let bad = notFinite(dBits) | notFinite(dminBits);
  for (let i = 0; i < 8; i++) {
    // As in gguf-k-quants.ts: six bits each, the upper two of the last four in the first eight bytes.
    const at = b + 4 + (i & 3);
    const low = bytes[at] as number;
    const second = bytes[at + 4] as number;
    const third = bytes[at + 8] as number;
    const scale = toF16Bits(d * (i < 4 ? low & 63 : (third & 15) | ((low >> 6) << 4)));
    const minimum = toF16Bits(-dmin * (i < 4 ? second & 63 : (third >> 4) | ((second >> 6) << 4)));
    bad |= notFinite(scale) | notFinite(minimum);
    to[first + every * i] = scale | (minimum << 16);
  }
  return bad === 0;
}

/** The nibbles of the 8 sub-blocks of a block of Q4_K or Q5_K, from word `w` on, as groups from word `out` on. */
export function kNibbles(from: Int32Array, w: number, to: Int32Array, out: number): void {
  for (let pair = 0; pair < 32; pair += 8) {
    for (let i = pair; i < pair + 4; i++) {
      const low = from[w + i] as number;
      const high = from[w + i + 4] as number;
      to[out + i] = (low & 0x0f0f0f0f) | ((high & 0x0f0f0f0f) << 4);
      to[out + i + 4] = ((low >>> 4) & 0x0f0f0f0f) | (high & 0xf0f0f0f0);
    }
  }
}

/** Of f16 bits: above 0 for infinities and NaN. */
export const notFinite = (bits: number): number => ((bits & 0x7c00) + 0x400) & 0x8000;
