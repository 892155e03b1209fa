import { q8_0ToQ8 } from './repack';
import { dwords, type Repack } from './weight-types';

/** GGUF's blocks as groups of q8a, integers to integers, as in repack.ts: where a matrix has parts of Q8_0 and parts with minimums. */

/** Codes as they are, and no minimum. */
export const q8_0ToQ8a: Repack = (bytes, q, scales) => {
  const single = new Uint16Array(scales.length / 2);
  const finite = q8_0ToQ8(bytes, q, single);
  const pairs = dwords(scales);
  for (let g = 0; g < single.length; g++) pairs[g] = single[g] as number;
  return finite;
};

/** What q6a holds: each code in a byte of its own, scales and minimums as they are. */
export const inBytes =
  (toQ6a: Repack): Repack =>
  (bytes, q, scales) => {
    const pairs = dwords(scales);
    const nibbles = new Int32Array(4 * pairs.length);
    const upper = new Int32Array(3 * pairs.length);
    const finite = toQ6a(bytes, new Uint8Array(nibbles.buffer), new Uint16Array(upper.buffer));
    const to = dwords(q);
    for (let g = 0; g < pairs.length; g++) {
      for (let k = 0; k < 8; k++) {
        const low = (nibbles[4 * g + (k & 3)] as number) >>> (k & 4);
        const bits = (upper[3 * g + (k >> 2)] as number) >>> (2 * (k & 3));
        to[8 * g + k] = (low & 0x0f0f0f0f) | ((bits & 0x03030303) << 4);
      }
      pairs[g] = upper[3 * g + 2] as number;
    }
    return finite;
  };
