import { fromF16Bits } from '../lib/f16';
import type { MatrixFormat } from '../pack/formats';
import type { QuantizeError } from './quantize';

/** Decodes whole blocks: all of `bytes` into all of `values`. */
export type Decode = (bytes: Uint8Array, values: Float32Array) => void;

/**
 * Turns whole blocks into a pack's groups without a float on the way: codes into `q`, f16 bits into `scales` (in q4a scale and minimum by turns),
 * both laid out as in src/pack/layout.ts. Adds to `error`; where a value is not finite, its sums no longer are.
 */
export type Repack = (bytes: Uint8Array<ArrayBuffer>, q: Uint8Array, scales: Uint16Array, error: QuantizeError) => void;

/** How a checkpoint stores tensors: in blocks of `block` neighbours of a row, each of `bytes` bytes. */
export interface WeightType {
  name: string;
  block: number;
  bytes: number;
  decode: Decode;
  /** The pack's format that keeps a matrix of this type best; null for floats, which become what is wished. */
  format: MatrixFormat | null;
  /** By the format that comes out; any other is quantized. */
  repack?: Partial<Record<MatrixFormat, Repack>>;
}

const decodeF32: Decode = (bytes, values) => {
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength).set(bytes);
};

const decodeF16: Decode = (bytes, values) => {
  for (let i = 0; i < values.length; i++) {
    values[i] = fromF16Bits((bytes[2 * i] as number) | ((bytes[2 * i + 1] as number) << 8));
  }
};

/** The upper half of an f32. */
const decodeBf16: Decode = (bytes, values) => {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
  for (let i = 0; i < values.length; i++) {
    words[i] = ((bytes[2 * i] as number) << 16) | ((bytes[2 * i + 1] as number) << 24);
  }
};

export const F32: WeightType = { name: 'F32', block: 1, bytes: 4, decode: decodeF32, format: null };
export const F16: WeightType = { name: 'F16', block: 1, bytes: 2, decode: decodeF16, format: null };
export const BF16: WeightType = { name: 'BF16', block: 1, bytes: 2, decode: decodeBf16, format: null };
