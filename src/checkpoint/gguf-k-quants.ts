import { f16At } from './gguf-quants';

/**
 * The K formats: 256 neighbours make a block with one f16 scale d (and dmin), cut into sub-blocks of 16 or 32 that have small integer
 * scales (and minimums) of their own. Each function decodes all of `bytes` into all of `values`.
 */
const BLOCK = 256;

/**
 * 16 bytes of scale (low nibble) and minimum (high) for sub-blocks of 16, 64 bytes of 2-bit codes, d, dmin: d scale q - dmin minimum.
 * Of each half of 128 elements, byte i of 32 holds the elements i, i + 32, i + 64, i + 96 from its lowest bits up.
 */
export function q2K(bytes: Uint8Array, values: Float32Array): void {
  for (let v = 0, b = 0; v < values.length; v += BLOCK, b += 84) {
    const d = f16At(bytes, b + 80);
    const dmin = f16At(bytes, b + 82);
    for (let j = 0; j < BLOCK; j++) {
      const scale = bytes[b + (j >> 4)] as number;
      const q = ((bytes[b + 16 + byteOf2Bits(j)] as number) >> shiftOf2Bits(j)) & 3;
      values[v + j] = d * (scale & 15) * q - dmin * (scale >> 4);
    }
  }
}

/**
 * 32 bytes of third bits, 64 bytes of 2-bit codes as in Q2_K, 12 bytes of 6-bit scales for sub-blocks of 16, d: d (scale - 32) (q - 4).
 * Bit j / 32 of byte j % 32 is the third bit of element j.
 */
export function q3K(bytes: Uint8Array, values: Float32Array): void {
  const scales = new Float64Array(16);
  for (let v = 0, b = 0; v < values.length; v += BLOCK, b += 110) {
    const d = f16At(bytes, b + 108);
    // Low nibbles of the first 8 bytes, then their high ones; the upper two bits of scales s, s + 4, s + 8, s + 12 in byte 8 + s.
    for (let s = 0; s < 16; s++) {
      const low = ((bytes[b + 96 + (s & 7)] as number) >> (s < 8 ? 0 : 4)) & 15;
      const high = ((bytes[b + 104 + (s & 3)] as number) >> (2 * (s >> 2))) & 3;
      scales[s] = d * ((low | (high << 4)) - 32);
    }
    for (let j = 0; j < BLOCK; j++) {
      const low = ((bytes[b + 32 + byteOf2Bits(j)] as number) >> shiftOf2Bits(j)) & 3;
      const high = ((bytes[b + (j & 31)] as number) >> (j >> 5)) & 1;
      values[v + j] = (scales[j >> 4] as number) * (low + 4 * high - 4);
    }
  }
}

/** d, dmin, 12 bytes of 6-bit scales and minimums, 128 bytes of nibbles: d scale q - dmin minimum, in sub-blocks of 32. */
export function q4K(bytes: Uint8Array, values: Float32Array): void {
  for (let v = 0, b = 0; v < values.length; v += BLOCK, b += 144) {
    for (let s = 0; s < 8; s++) {
      const { scale, minimum } = scaleAndMinimum(bytes, b, s);
      // Two sub-blocks share 32 bytes: the even one has the low nibbles.
      const at = b + 16 + 32 * (s >> 1);
      const shift = 4 * (s & 1);
      for (let j = 0; j < 32; j++) {
        const q = ((bytes[at + j] as number) >> shift) & 15;
        values[v + 32 * s + j] = scale * q - minimum;
      }
    }
  }
}

/** As Q4_K, with 32 bytes of fifth bits before the nibbles: bit s of byte j is that of element j of sub-block s. */
export function q5K(bytes: Uint8Array, values: Float32Array): void {
  for (let v = 0, b = 0; v < values.length; v += BLOCK, b += 176) {
    for (let s = 0; s < 8; s++) {
      const { scale, minimum } = scaleAndMinimum(bytes, b, s);
      const at = b + 48 + 32 * (s >> 1);
      const shift = 4 * (s & 1);
      for (let j = 0; j < 32; j++) {
        const high = ((bytes[b + 16 + j] as number) >> s) & 1;
        const q = (((bytes[at + j] as number) >> shift) & 15) + 16 * high;
        values[v + 32 * s + j] = scale * q - minimum;
      }
    }
  }
}

/**
 * 128 bytes of low nibbles, 64 bytes of upper bits, 16 signed bytes of scale for sub-blocks of 16, d: d scale (q - 32).
 * Of each half of 128 elements, 64 bytes hold element i low and i + 64 high; the upper bits lie as Q2_K's codes.
 */
export function q6K(bytes: Uint8Array, values: Float32Array): void {
  for (let v = 0, b = 0; v < values.length; v += BLOCK, b += 210) {
    const d = f16At(bytes, b + 208);
    for (let j = 0; j < BLOCK; j++) {
      const scale = ((bytes[b + 192 + (j >> 4)] as number) << 24) >> 24;
      const low = ((bytes[b + 64 * (j >> 7) + (j & 63)] as number) >> (j & 64 ? 4 : 0)) & 15;
      const high = ((bytes[b + 128 + byteOf2Bits(j)] as number) >> shiftOf2Bits(j)) & 3;
      values[v + j] = d * scale * (low + 16 * high - 32);
    }
  }
}

/** Where element j's two bits are: which of the 64 bytes, and how far up in it. */
const byteOf2Bits = (j: number): number => 32 * (j >> 7) + (j & 31);
const shiftOf2Bits = (j: number): number => 2 * ((j >> 5) & 3);

/**
 * Scale and minimum of sub-block s, times d and dmin. The 12 bytes: the lower 6 bits of bytes 0-3 are scales 0-3, of bytes 4-7 minimums
 * 0-3; bytes 8-11 hold the low nibbles of scales 4-7 and, high, of minimums 4-7, whose upper two bits are those of bytes 0-7.
 */
function scaleAndMinimum(bytes: Uint8Array, block: number, s: number): { scale: number; minimum: number } {
  const at = block + 4 + (s & 3);
  const [first, second, third] = [bytes[at], bytes[at + 4], bytes[at + 8]] as [number, number, number];
  const scale = s < 4 ? first & 63 : (third & 15) | ((first >> 6) << 4);
  const minimum = s < 4 ? second & 63 : (third >> 4) | ((second >> 6) << 4);
  return { scale: f16At(bytes, block) * scale, minimum: f16At(bytes, block + 2) * minimum };
}
