import { fromF16Bits, toF16Bits } from '../lib/f16';
import { GROUP } from '../model/config';

/** Codes and f16 scales of groups of 32: 16 bytes of codes a group in q4, 8 in a stand-in, of which byte i holds what bytes 2i and 2i + 1 do in q4. */
export interface Coded {
  codes: Uint8Array;
  scales: Uint16Array;
}

const Q4_BYTES = 16;

/**
 * The 2-bit copy of q4 weights: levels -3, -1, 1 and 3 times a scale of least squared error a group. Magnitudes up to a limit are coded as 1, the
 * others as 3; of equally good limits the lowest is taken. Zeros, as near to either sign, are 1 in even elements and -1 in odd ones.
 */
export function makeStandIn({ codes, scales }: Coded): Coded {
  const out: Coded = { codes: new Uint8Array(codes.length / 2), scales: new Uint16Array(scales.length) };
  for (let g = 0; g < scales.length; g++) {
    const values = Array.from({ length: GROUP }, (_, i) => nibble(codes, g, i) - 8);
    const { limit, scale } = bestFit(values);
    for (const [i, value] of values.entries()) {
      const above = value > 0 || (value === 0 && i % 2 === 0);
      const far = Math.abs(value) > limit;
      const code = above ? (far ? 3 : 2) : far ? 0 : 1;
      const byte = g * Q4_BYTES + (i % Q4_BYTES);
      const at = byte >> 1;
      out.codes[at] = (out.codes[at] as number) | (code << (4 * (byte % 2) + (i < Q4_BYTES ? 0 : 2)));
    }
    out.scales[g] = toF16Bits(scale * fromF16Bits(scales[g] as number));
  }
  return out;
}

/** A stand-in as q4: codes 5, 7, 9 and 11. */
export function expandStandIn({ codes, scales }: Coded): Coded {
  const out = new Uint8Array(codes.length * 2);
  for (const byte of out.keys()) {
    const bits = ((codes[byte >> 1] as number) >> (4 * (byte % 2))) & 15;
    out[byte] = 2 * (bits & 3) + 5 + ((2 * (bits >> 2) + 5) << 4);
  }
  return { codes: out, scales: scales.slice() };
}

/** Levels x and 3x for magnitudes: x = sum(l * m) / sum(l * l) leaves sum(m * m) - sum(l * m)^2 / sum(l * l). */
function bestFit(values: number[]): { limit: number; scale: number } {
  let best = { limit: 0, a: 0, b: 1 };
  for (let limit = 0; limit <= 8; limit++) {
    const levels = values.map((v) => (Math.abs(v) > limit ? 3 : 1));
    const a = values.reduce((sum, v, i) => sum + Math.abs(v) * (levels[i] as number), 0);
    const b = levels.reduce((sum, level) => sum + level * level, 0);
    // a * a / b is more: in whole numbers, so that ties are ties.
    if (a * a * best.b > best.a * best.a * b) best = { limit, a, b };
  }
  return { limit: best.limit, scale: best.a / best.b };
}

function nibble(codes: Uint8Array, g: number, i: number): number {
  const byte = codes[g * Q4_BYTES + (i % Q4_BYTES)] as number;
  return i < Q4_BYTES ? byte & 15 : byte >>> 4;
}
