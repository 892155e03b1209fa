import { fromF16Bits, toF16Bits } from '../lib/f16';
import { kNibbles, kScales, notFinite } from './repack';
import { dwords, type Repack, words } from './weight-types';

/**
 * GGUF's blocks as groups of q6 and q6a, integers to integers, as in repack.ts. A group's three words of scales: the upper two bits of the
 * codes of its first half, of its second, then two f16. Element 4k + b of a half has its bits in byte b, at 2k.
 */

/** What q4a holds, in q6a: codes without upper bits. */
export const widened =
  (toQ4a: Repack): Repack =>
  (bytes, q, scales) => {
    const to = dwords(scales);
    const pairs = new Int32Array(to.length / 3);
    const finite = toQ4a(bytes, q, new Uint16Array(pairs.buffer));
    for (let g = 0, s = 0; g < pairs.length; g++) {
      to[s++] = 0;
      to[s++] = 0;
      to[s++] = pairs[g] as number;
    }
    return finite;
  };

/** Codes and 24: 8 more turn a nibble's bit 3 over and carry it; with the 16 the upper bits are it and 1. */
export const q4_0ToQ6: Repack = (bytes, q, scales) => {
  const from = words(bytes);
  const to = dwords(q);
  const upper = dwords(scales);
  let bad = 0;
  for (let w = 0, out = 0, s = 0; s < upper.length; s += 3) {
    const d = from[w++] as number;
    bad |= notFinite(d);
    let first = 0;
    let second = 0;
    for (let i = 0; i < 8; i += 2) {
      const nibbles = wordAt(from, w);
      w += 2;
      to[out++] = nibbles ^ 0x88888888;
      first |= ((nibbles >>> 3) & EACH_BYTE) << i;
      second |= ((nibbles >>> 7) & EACH_BYTE) << i;
    }
    upper[s] = first + ONES;
    upper[s + 1] = second + ONES;
    upper[s + 2] = d | (d << 16);
  }
  return bad === 0;
};

/** Codes and 16: one more in the upper bits. */
export const q5_0ToQ6: Repack = (bytes, q, scales) => fiveBits(bytes, q, scales, ONES, (d) => d);
/** The 16 that Q5_0 takes off becomes a minimum of -16 d. */
export const q5_0ToQ6a: Repack = (bytes, q, scales) =>
  fiveBits(bytes, q, scales, 0, (d) => toF16Bits(-16 * fromF16Bits(d)));
/** The same bits, apart. */
export const q5_1ToQ6a: Repack = (bytes, q, scales) => fiveBits(bytes, q, scales, 0);

/** Blocks of a scale, a minimum where none is computed, 4 bytes of fifth bits, 16 bytes of nibbles. */
function fiveBits(
  bytes: Uint8Array,
  q: Uint8Array,
  scales: Uint16Array,
  added: number,
  secondOf?: (scale: number) => number,
): boolean {
  const from = words(bytes);
  const to = dwords(q);
  const upper = dwords(scales);
  let bad = 0;
  for (let w = 0, out = 0, s = 0; s < upper.length; s += 3) {
    const scale = from[w++] as number;
    const second = secondOf ? secondOf(scale) : (from[w++] as number);
    bad |= notFinite(scale) | notFinite(second);
    upper[s] = spread(from[w++] as number) + added;
    upper[s + 1] = spread(from[w++] as number) + added;
    upper[s + 2] = scale | (second << 16);
    for (const end = out + 4; out < end; w += 2) to[out++] = wordAt(from, w);
  }
  return bad === 0;
}

/** As Q4_K, with 32 bytes of fifth bits before the nibbles: bit i of byte j is that of element j of sub-block i. */
export const q5KToQ6a: Repack = (bytes, q, scales) => {
  const from = dwords(bytes);
  const to = dwords(q);
  const upper = dwords(scales);
  let finite = true;
  for (let b = 0, w = 0, out = 0, s = 0; w < from.length; b += 176, w += 44, out += 32, s += 24) {
    if (!kScales(bytes, b, upper, s + 2, 3)) finite = false;
    kNibbles(from, w + 12, to, out);
    for (let half = 0; half < 2; half++) {
      const at = w + 4 + 4 * half;
      const [k0, k1, k2, k3] = [from[at], from[at + 1], from[at + 2], from[at + 3]] as [number, number, number, number];
      for (let i = 0; i < 8; i++) upper[s + 3 * i + half] = upperBits(k0, k1, k2, k3, i, EACH_BYTE);
    }
  }
  return finite;
};

/**
 * Q6_K: each sub-block's scale d sc is rounded to f16, codes are as they are. Of each half of a block, 128 elements, the low nibbles of 64
 * bytes are its first two groups, the high ones its last two; of 32 bytes of upper bits the lowest two are the first group's, and so on.
 */
export const q6KToQ6: Repack = (bytes, q, scales) => {
  const from = words(bytes);
  const to = dwords(q);
  const upper = dwords(scales);
  let bad = 0;
  for (let w = 0, out = 0, s = 0; w < from.length; w += 105) {
    const dBits = from[w + 104] as number;
    const d = fromF16Bits(dBits);
    bad |= notFinite(dBits);
    for (let half = 0; half < 2; half++) {
      for (let pair = 0; pair < 2; pair++, out += 4) {
        const at = w + 32 * half + 16 * pair;
        for (let i = 0; i < 4; i++) {
          // Elements 4i and 16 + 4i of this group, and of that which has the high nibbles.
          const low = wordAt(from, at + 2 * i);
          const high = wordAt(from, at + 8 + 2 * i);
          to[out + i] = (low & 0x0f0f0f0f) | ((high & 0x0f0f0f0f) << 4);
          to[out + i + 8] = ((low >>> 4) & 0x0f0f0f0f) | (high & 0xf0f0f0f0);
        }
      }
      out += 8;
      for (let of16 = 0; of16 < 2; of16++) {
        const at = w + 64 + 16 * half + 8 * of16;
        const k0 = wordAt(from, at);
        const k1 = wordAt(from, at + 2);
        const k2 = wordAt(from, at + 4);
        const k3 = wordAt(from, at + 6);
        for (let g = 0; g < 4; g++) upper[s + 3 * g + of16] = upperBits(k0, k1, k2, k3, 2 * g, TWO_EACH);
      }
      for (let g = 0; g < 4; g++) {
        const both = from[w + 96 + 4 * half + g] as number;
        const first = toF16Bits(d * ((both << 24) >> 24));
        const second = toF16Bits(d * ((both << 16) >> 24));
        bad |= notFinite(first) | notFinite(second);
        upper[s + 3 * g + 2] = first | (second << 16);
      }
      s += 12;
    }
  }
  return bad === 0;
};

const EACH_BYTE = 0x01010101;
const TWO_EACH = 0x03030303;
/** 1 in the upper bits of each of 16 codes. */
const ONES = 0x55555555;

/** A half's word, of four words that have the bits of four neighbours each in their bytes. */
const upperBits = (k0: number, k1: number, k2: number, k3: number, shift: number, mask: number): number =>
  ((k0 >>> shift) & mask) |
  (((k1 >>> shift) & mask) << 2) |
  (((k2 >>> shift) & mask) << 4) |
  (((k3 >>> shift) & mask) << 6);

/** A 32-bit word where only 16 bits are aligned. */
const wordAt = (from: Uint16Array, w: number): number => (from[w] as number) | ((from[w + 1] as number) << 16);

/** Bit 4k + b of 16 goes to bit 2k of byte b. */
const spread = (bits: number): number =>
  upperBits(fourApart(bits), fourApart(bits >> 4), fourApart(bits >> 8), fourApart(bits >> 12), 0, EACH_BYTE);

/** Of the lowest four bits each stands lowest in a byte of its own; above it is anything. */
const fourApart = (bits: number): number => (bits & 15) * 0x204081;
