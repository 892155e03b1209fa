import { fromF16Bits } from '../lib/f16';
import type { QuantizeError } from './quantize';

/**
 * GGUF's blocks as the pack's groups, integers to integers. Sums of codes and of their squares a group give the norm, and where a scale is
 * rounded the error, so no weight is ever a float. A scale that is not finite makes the sums so too.
 */

/** Of the two nibbles in a byte: the sum of their squares, and from bit 16 their sum. */
const NIBBLES = Uint32Array.from({ length: 256 }, (_, byte) => {
  const [low, high] = [byte & 15, byte >> 4];
  return low * low + high * high + ((low + high) << 16);
});

/** d, 16 bytes of nibbles as they are. */
export function q4_0ToQ4(bytes: Uint8Array<ArrayBuffer>, q: Uint8Array, scales: Uint16Array, error: QuantizeError) {
  const from = words(bytes);
  const to = words(q);
  let norm = 0;
  for (let g = 0, w = 0, out = 0; g < scales.length; g++) {
    const d = from[w++] as number;
    scales[g] = d;
    let sums = 0;
    for (const end = out + 8; out < end; ) {
      const codes = from[w++] as number;
      to[out++] = codes;
      sums += (NIBBLES[codes & 255] as number) + (NIBBLES[codes >> 8] as number);
    }
    const scale = fromF16Bits(d);
    // Of (q - 8)^2 over 32 codes.
    norm += scale * scale * ((sums & 0xffff) - 16 * (sums >>> 16) + 2048);
  }
  error.squaredNorm += norm;
}

/** d, m, 16 bytes of nibbles as they are. */
export function q4_1ToQ4a(bytes: Uint8Array<ArrayBuffer>, q: Uint8Array, scales: Uint16Array, error: QuantizeError) {
  const from = words(bytes);
  const to = words(q);
  let norm = 0;
  for (let s = 0, w = 0, out = 0; s < scales.length; s += 2) {
    const d = from[w++] as number;
    const m = from[w++] as number;
    scales[s] = d;
    scales[s + 1] = m;
    let sums = 0;
    for (const end = out + 8; out < end; ) {
      const codes = from[w++] as number;
      to[out++] = codes;
      sums += (NIBBLES[codes & 255] as number) + (NIBBLES[codes >> 8] as number);
    }
    norm += squares(sums, fromF16Bits(d), fromF16Bits(m));
  }
  error.squaredNorm += norm;
}

/** Sum of (code * scale + minimum)^2 over a group, of whose codes the sums are {@link NIBBLES}' own. */
function squares(sums: number, scale: number, minimum: number): number {
  return scale * scale * (sums & 0xffff) + 2 * scale * minimum * (sums >>> 16) + 32 * minimum * minimum;
}

/** d, 32 signed bytes as they are. */
export function q8_0ToQ8(bytes: Uint8Array<ArrayBuffer>, q: Uint8Array, scales: Uint16Array, error: QuantizeError) {
  const from = words(bytes);
  const to = words(q);
  let norm = 0;
  for (let g = 0, w = 0, out = 0; g < scales.length; g++) {
    const d = from[w++] as number;
    scales[g] = d;
    let squared = 0;
    for (const end = out + 16; out < end; ) {
      const codes = from[w++] as number;
      to[out++] = codes;
      const [low, high] = [(codes << 24) >> 24, (codes << 16) >> 24];
      squared += low * low + high * high;
    }
    const scale = fromF16Bits(d);
    norm += scale * scale * squared;
  }
  error.squaredNorm += norm;
}

/** A view of 16-bit words; of a copy where the bytes are not aligned. */
function words(bytes: Uint8Array): Uint16Array {
  const aligned = bytes.byteOffset % 2 === 0 ? bytes : bytes.slice();
  return new Uint16Array(aligned.buffer, aligned.byteOffset, aligned.length / 2);
}
