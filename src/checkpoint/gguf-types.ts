import { fromF16Bits } from '../lib/f16';
import type { Q4Groups } from './checkpoint';
import { q2K, q3K, q4K, q5K, q6K } from './gguf-k-quants';
import { q4_0, q4_1, q5_0, q5_1, q8_0, splitQ4_0 } from './gguf-quants';

/** Decodes whole blocks: all of `bytes` into all of `values`. */
export type Decode = (bytes: Uint8Array, values: Float32Array) => void;

/** How tensors of one type are stored: in blocks of `block` neighbours of a row, each of `bytes` bytes. */
export interface GgufType {
  name: string;
  block: number;
  bytes: number;
  decode: Decode;
  /** Where the format is q4 but for the order of its bytes. */
  toQ4?: (bytes: Uint8Array) => Q4Groups;
}

const f32: Decode = (bytes, values) => {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  for (let i = 0; i < values.length; i++) values[i] = view.getFloat32(i * 4, true);
};

const f16: Decode = (bytes, values) => {
  for (let i = 0; i < values.length; i++) {
    values[i] = fromF16Bits((bytes[2 * i] as number) | ((bytes[2 * i + 1] as number) << 8));
  }
};

const bf16: Decode = (bytes, values) => {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
  for (let i = 0; i < values.length; i++) {
    words[i] = ((bytes[2 * i] as number) << 16) | ((bytes[2 * i + 1] as number) << 24);
  }
};

/** By the numbers that ggml gives them. */
export const GGUF_TYPES: Readonly<Record<number, GgufType>> = {
  0: { name: 'F32', block: 1, bytes: 4, decode: f32 },
  1: { name: 'F16', block: 1, bytes: 2, decode: f16 },
  2: { name: 'Q4_0', block: 32, bytes: 18, decode: q4_0, toQ4: splitQ4_0 },
  3: { name: 'Q4_1', block: 32, bytes: 20, decode: q4_1 },
  6: { name: 'Q5_0', block: 32, bytes: 22, decode: q5_0 },
  7: { name: 'Q5_1', block: 32, bytes: 24, decode: q5_1 },
  8: { name: 'Q8_0', block: 32, bytes: 34, decode: q8_0 },
  10: { name: 'Q2_K', block: 256, bytes: 84, decode: q2K },
  11: { name: 'Q3_K', block: 256, bytes: 110, decode: q3K },
  12: { name: 'Q4_K', block: 256, bytes: 144, decode: q4K },
  13: { name: 'Q5_K', block: 256, bytes: 176, decode: q5K },
  14: { name: 'Q6_K', block: 256, bytes: 210, decode: q6K },
  30: { name: 'BF16', block: 1, bytes: 2, decode: bf16 },
};
