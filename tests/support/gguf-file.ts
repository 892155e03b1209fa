import { type GgufValue, readGgufHeader } from '../../src/checkpoint/gguf-header';
import { blobSource } from '../../src/lib/byte-source';

/** Writes GGUF files for tests: sound ones, and ones that are wrong in one place. */

/** A value with its type as the file has it: `[4, 7]` is a u32, `[9, [8, ['a']]]` a list of strings. */
export type Typed = [type: number, value: unknown];

export interface TensorEntry {
  name: string;
  dims: (number | bigint)[];
  type: number;
  /** From the start of the data. Default: behind the tensor before it. */
  offset?: number | bigint;
  data: Uint8Array;
}

export interface GgufParts {
  version?: number;
  tensorCount?: number | bigint;
  keyCount?: number | bigint;
  metadata?: [key: string, value: Typed][];
  tensors?: TensorEntry[];
}

export const u32 = (value: number): Typed => [4, value];
export const f32 = (value: number): Typed => [6, value];
export const text = (value: string): Typed => [8, value];
export const list = (type: number, values: unknown[]): Typed => [9, [type, values]];

const ALIGNMENT = 32;
const BYTES = [1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8];

export function ggufFile(parts: GgufParts): Uint8Array<ArrayBuffer> {
  const { tensors = [] } = parts;
  const { bytes, places } = ggufHead(parts);
  const last = tensors.length - 1;
  const file = new Uint8Array(bytes.length + (places[last] ?? 0) + (tensors[last]?.data.length ?? 0));
  file.set(bytes);
  for (const [i, { data }] of tensors.entries()) file.set(data, bytes.length + (places[i] ?? 0));
  return file;
}

/** All before the data, up to its first byte, and where each tensor lies from there on. Of `data` only the length is used. */
export function ggufHead(
  parts: Omit<GgufParts, 'tensors'> & { tensors?: (Omit<TensorEntry, 'data'> & { data: { length: number } })[] },
): { bytes: Uint8Array<ArrayBuffer>; places: number[] } {
  const { metadata = [], tensors = [] } = parts;
  const out: number[] = [];
  put(out, 4, 0x46554747);
  put(out, 4, parts.version ?? 3);
  put(out, 10, parts.tensorCount ?? tensors.length);
  put(out, 10, parts.keyCount ?? metadata.length);
  for (const [key, [type, value]] of metadata) {
    put(out, 8, key);
    put(out, 4, type);
    put(out, type, value);
  }
  let next = 0;
  const places = tensors.map(({ data }) => {
    const place = next;
    next = Math.ceil((next + data.length) / ALIGNMENT) * ALIGNMENT;
    return place;
  });
  for (const [i, { name, dims, type, offset }] of tensors.entries()) {
    put(out, 8, name);
    put(out, 4, dims.length);
    for (const dim of dims) put(out, 10, dim);
    put(out, 4, type);
    put(out, 10, offset ?? places[i]);
  }
  while (tensors.length > 0 && out.length % ALIGNMENT !== 0) out.push(0);
  return { bytes: Uint8Array.from(out), places };
}

function put(out: number[], type: number, value: unknown): void {
  if (type === 8) {
    const bytes = new TextEncoder().encode(value as string);
    put(out, 10, bytes.length);
    for (const byte of bytes) out.push(byte);
  } else if (type === 9) {
    const [itemType, items] = value as [number, unknown[]];
    put(out, 4, itemType);
    put(out, 10, items.length);
    for (const item of items) put(out, itemType, item);
  } else {
    out.push(...new Uint8Array(scalar(type, value as number | bigint)).subarray(0, BYTES[type] ?? 4));
  }
}

function scalar(type: number, value: number | bigint): ArrayBuffer {
  const view = new DataView(new ArrayBuffer(8));
  if (type === 6) view.setFloat32(0, Number(value), true);
  else if (type === 12) view.setFloat64(0, Number(value), true);
  else view.setBigInt64(0, BigInt(value), true);
  return view.buffer;
}

/** What `ggufFile` would need to write a file again. Numbers get the least of types that hold them. */
export async function readParts(
  file: Uint8Array<ArrayBuffer>,
): Promise<Required<Pick<GgufParts, 'metadata' | 'tensors'>>> {
  const { metadata, tensors } = await readGgufHeader(blobSource(new Blob([file]), 'file'));
  return {
    metadata: [...metadata].map(([key, value]): [string, Typed] => [key, typed(value)]),
    tensors: tensors.map(({ name, dims, typeId, offset, bytes }) => ({
      name,
      dims,
      type: typeId,
      data: file.subarray(offset, offset + bytes),
    })),
  };
}

function typed(value: GgufValue): Typed {
  if (Array.isArray(value)) return typeof value[0] === 'string' ? list(8, value) : list(6, value);
  if (typeof value === 'string') return text(value);
  if (typeof value === 'boolean') return [7, value ? 1 : 0];
  return Number.isInteger(value) ? u32(Number(value)) : f32(Number(value));
}
