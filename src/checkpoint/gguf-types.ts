import { q2K, q3K, q4K, q5K, q6K } from './gguf-k-quants';
import { q4_0, q4_1, q5_0, q5_1, q8_0 } from './gguf-quants';
import { q4_0ToQ4, q4_0ToQ4a, q4_0ToQ8, q4_1ToQ4a, q4KToQ4a, q5_0ToQ8, q8_0ToQ8 } from './repack';
import { inBytes, q8_0ToQ8a } from './repack-bytes';
import { q4_0ToQ6, q5_0ToQ6, q5_0ToQ6a, q5_1ToQ6a, q5KToQ6a, q6KToQ6, widened } from './repack-six-bits';
import { BF16, F16, F32, type Repack, type WeightType } from './weight-types';

/** Where six bits with a minimum are held, eight are, and where four are, six. */
const sixBits = (toQ6a: Repack) => ({ q6a: toQ6a, q8a: inBytes(toQ6a) });
const fourBits = (toQ4a: Repack) => ({ q4a: toQ4a, ...sixBits(widened(toQ4a)) });

/** By the numbers that ggml gives them. */
export const GGUF_TYPES: Readonly<Record<number, WeightType>> = {
  0: F32,
  1: F16,
  2: {
    name: 'Q4_0',
    block: 32,
    bytes: 18,
    decode: q4_0,
    repack: { q4: q4_0ToQ4, ...fourBits(q4_0ToQ4a), q6: q4_0ToQ6, q8: q4_0ToQ8 },
  },
  3: { name: 'Q4_1', block: 32, bytes: 20, decode: q4_1, repack: fourBits(q4_1ToQ4a) },
  6: {
    name: 'Q5_0',
    block: 32,
    bytes: 22,
    decode: q5_0,
    repack: { q6: q5_0ToQ6, ...sixBits(q5_0ToQ6a), q8: q5_0ToQ8 },
  },
  7: { name: 'Q5_1', block: 32, bytes: 24, decode: q5_1, repack: sixBits(q5_1ToQ6a) },
  8: { name: 'Q8_0', block: 32, bytes: 34, decode: q8_0, repack: { q8: q8_0ToQ8, q8a: q8_0ToQ8a } },
  10: { name: 'Q2_K', block: 256, bytes: 84, decode: q2K, least: 'q4a' },
  11: { name: 'Q3_K', block: 256, bytes: 110, decode: q3K, least: 'q4a' },
  12: { name: 'Q4_K', block: 256, bytes: 144, decode: q4K, repack: fourBits(q4KToQ4a) },
  13: { name: 'Q5_K', block: 256, bytes: 176, decode: q5K, repack: sixBits(q5KToQ6a) },
  14: { name: 'Q6_K', block: 256, bytes: 210, decode: q6K, repack: { q6: q6KToQ6 } },
  30: BF16,
};
