import { fromF16Bits } from '../lib/f16';
import type { MatrixFormat } from '../pack/formats';

/** Decodes whole blocks: all of `bytes` into all of `values`. */
export type Decode = (bytes: Uint8Array, values: Float32Array) => void;

/**
 * Turns whole blocks into a pack's groups without a float on the way: codes into `q`, f16 bits (and upper bits of codes) into `scales`, laid
 * out as in src/pack/layout.ts. Returns false where a scale is not finite.
 */
export type Repack = (bytes: Uint8Array, q: Uint8Array, scales: Uint16Array) => boolean;

/** What has a quantizer. In the others lies nothing but what comes out of a GGUF file as it is. */
export type QuantizerFormat = 'q4' | 'q4a' | 'q8';

/** How a checkpoint stores tensors: in blocks of `block` neighbours of a row, each of `bytes` bytes. */
export interface WeightType {
  name: string;
  block: number;
  bytes: number;
  decode: Decode;
  /** By the formats that hold it. */
  repack?: Partial<Record<MatrixFormat, Repack>>;
  /** Where no format holds it: the least that it is quantized to. Without, it becomes what is wished: floats. */
  least?: QuantizerFormat;
}

const decodeF32: Decode = (bytes, values) => {
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength).set(bytes);
};

const decodeF16: Decode = (bytes, values) => {
  const halves = words(bytes);
  for (let i = 0; i < values.length; i++) values[i] = fromF16Bits(halves[i] as number);
};

/** The upper half of an f32. */
const decodeBf16: Decode = (bytes, values) => {
  const halves = words(bytes);
  const bits = new Int32Array(values.buffer, values.byteOffset, values.length);
  for (let i = 0; i < values.length; i++) bits[i] = (halves[i] as number) << 16;
};

export const F32: WeightType = { name: 'F32', block: 1, bytes: 4, decode: decodeF32 };
export const F16: WeightType = { name: 'F16', block: 1, bytes: 2, decode: decodeF16 };
export const BF16: WeightType = { name: 'BF16', block: 1, bytes: 2, decode: decodeBf16 };

/** A view of 16-bit words; of a copy where the bytes are not aligned. All machines that have WebGPU are little-endian. */
export function words(bytes: Uint8Array): Uint16Array {
  const aligned = bytes.byteOffset % 2 === 0 ? bytes : bytes.slice();
  return new Uint16Array(aligned.buffer, aligned.byteOffset, aligned.length / 2);
}

/** The same of 32-bit words. */
export function dwords(bytes: Uint8Array | Uint16Array): Int32Array {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  return new Int32Array(aligned.buffer, aligned.byteOffset, aligned.byteLength / 4);
}
