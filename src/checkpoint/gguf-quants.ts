import { fromF16Bits } from '../lib/f16';

/**
 * The plain block formats: 32 neighbours share an f16 scale d and, in the `_1` formats, an f16 minimum m. Byte j of the nibbles holds
 * element j low and j + 16 high. In the 5-bit formats bit j of a 32-bit word is the fifth bit of element j.
 * Each function decodes all of `bytes` into all of `values`; nothing but the `_1` formats' sum is rounded.
 */

/** d, 16 bytes of nibbles: (q - 8) d. */
export function q4_0(bytes: Uint8Array, values: Float32Array): void {
  for (let v = 0, b = 0; v < values.length; v += 32, b += 18) {
    const d = f16At(bytes, b);
    for (let j = 0; j < 16; j++) {
      const q = bytes[b + 2 + j] as number;
      values[v + j] = ((q & 15) - 8) * d;
      values[v + j + 16] = ((q >> 4) - 8) * d;
    }
  }
}

/** d, m, 16 bytes of nibbles: q d + m. */
export function q4_1(bytes: Uint8Array, values: Float32Array): void {
  for (let v = 0, b = 0; v < values.length; v += 32, b += 20) {
    const d = f16At(bytes, b);
    const m = f16At(bytes, b + 2);
    for (let j = 0; j < 16; j++) {
      const q = bytes[b + 4 + j] as number;
      values[v + j] = (q & 15) * d + m;
      values[v + j + 16] = (q >> 4) * d + m;
    }
  }
}

/** d, 4 bytes of fifth bits, 16 bytes of nibbles: (q - 16) d. */
export function q5_0(bytes: Uint8Array, values: Float32Array): void {
  for (let v = 0, b = 0; v < values.length; v += 32, b += 22) {
    const d = f16At(bytes, b);
    const high = u32At(bytes, b + 2);
    for (let j = 0; j < 16; j++) {
      const q = bytes[b + 6 + j] as number;
      values[v + j] = ((q & 15) + fifth(high, j) - 16) * d;
      values[v + j + 16] = ((q >> 4) + fifth(high, j + 16) - 16) * d;
    }
  }
}

/** d, m, 4 bytes of fifth bits, 16 bytes of nibbles: q d + m. */
export function q5_1(bytes: Uint8Array, values: Float32Array): void {
  for (let v = 0, b = 0; v < values.length; v += 32, b += 24) {
    const d = f16At(bytes, b);
    const m = f16At(bytes, b + 2);
    const high = u32At(bytes, b + 4);
    for (let j = 0; j < 16; j++) {
      const q = bytes[b + 8 + j] as number;
      values[v + j] = ((q & 15) + fifth(high, j)) * d + m;
      values[v + j + 16] = ((q >> 4) + fifth(high, j + 16)) * d + m;
    }
  }
}

/** d, 32 signed bytes: q d. */
export function q8_0(bytes: Uint8Array, values: Float32Array): void {
  for (let v = 0, b = 0; v < values.length; v += 32, b += 34) {
    const d = f16At(bytes, b);
    for (let j = 0; j < 32; j++) values[v + j] = (((bytes[b + 2 + j] as number) << 24) >> 24) * d;
  }
}

export function f16At(bytes: Uint8Array, at: number): number {
  return fromF16Bits((bytes[at] as number) | ((bytes[at + 1] as number) << 8));
}

function u32At(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)
  );
}

/** 16 or 0. */
const fifth = (bits: number, j: number): number => ((bits >>> j) & 1) << 4;
