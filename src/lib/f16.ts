/** IEEE 754 binary16, as bits in an unsigned 16-bit number. JavaScript of Node 20 has no Float16Array. */

const f64 = new Float64Array(1);
const f64Words = new Uint32Array(f64.buffer);

/** Adding and subtracting it rounds a double below 2^51 to a whole number, ties to even. */
const ROUND = 2 ** 52;

/** By exponent from -14: what makes whole numbers of the 11 bits that f16 keeps. A power at run time costs ten times as much. */
const TO_11_BITS = Float64Array.from({ length: 30 }, (_, i) => 2 ** (24 - i));

/** Nearest half float, ties to even, straight from the double (no double rounding through f32). Overflow gives infinity. */
export function toF16Bits(value: number): number {
  if (Number.isNaN(value)) return 0x7e00;
  f64[0] = value;
  const high = f64Words[1] as number;
  const sign = (high >>> 16) & 0x8000;
  const magnitude = Math.abs(value);
  if (magnitude >= 65520) return sign | 0x7c00;
  // Below the least normal number the spacing stays 2^-24; a mantissa that rounds up carries into the exponent by itself.
  if (magnitude < 2 ** -14) return sign | (magnitude * 2 ** 24 + ROUND - ROUND);
  const exponent = ((high >>> 20) & 0x7ff) - 1023;
  const mantissa = magnitude * (TO_11_BITS[exponent + 14] as number) + ROUND - ROUND;
  return sign | (((exponent + 14) << 10) + mantissa);
}

/** The number that half-float bits stand for. Exact. */
export function fromF16Bits(bits: number): number {
  return VALUES[bits & 0xffff] as number;
}

/** All 65536 values: a checkpoint may have 10^11 of them to decode. */
const VALUES = Float32Array.from({ length: 65536 }, (_, bits) => {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 0x1f;
  const mantissa = bits & 0x3ff;
  if (exponent === 0) return sign * mantissa * 2 ** -24;
  if (exponent === 31) return mantissa === 0 ? sign * Infinity : NaN;
  return sign * (1024 + mantissa) * 2 ** (exponent - 25);
});

/** Rounds a number to the nearest half float. */
export function roundF16(value: number): number {
  return fromF16Bits(toF16Bits(value));
}

/** Bits of the bfloat16 format are the upper half of an f32. Exact. */
export function fromBf16Bits(bits: Uint16Array): Float32Array<ArrayBuffer> {
  const words = new Uint32Array(bits.length);
  for (let i = 0; i < bits.length; i++) words[i] = (bits[i] as number) << 16;
  return new Float32Array(words.buffer);
}
