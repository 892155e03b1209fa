import type { ByteSource } from '../lib/byte-source';
import { GgufCursor } from './gguf-cursor';
import { damaged } from './gguf-errors';
import { GGUF_TYPES } from './gguf-types';
import { checkOverlap } from './safetensors';
import type { WeightType } from './weight-types';

/**
 * The GGUF format (ggml's docs/gguf.md), versions 2 and 3, little-endian: magic, version, two counts, metadata as key and typed value,
 * one entry a tensor, padding, then the tensors' bytes.
 */
export interface GgufHeader {
  metadata: Map<string, GgufValue>;
  tensors: GgufTensor[];
}

export type GgufValue = number | bigint | boolean | string | GgufValue[];

export interface GgufTensor {
  name: string;
  /** Fastest dimension first, as the file has it: a matrix is `[cols, rows]`. */
  dims: number[];
  /** Null for a type that Mixtab cannot read. Such tensors may stand in a file as long as no weight has one. */
  type: WeightType | null;
  typeId: number;
  source: ByteSource;
  /** Absolute, in `source`. */
  offset: number;
  /** 0 where the type is unknown. */
  bytes: number;
}

const MAGIC = 0x46554747; // "GGUF"
const DEFAULT_ALIGNMENT = 32;
const STRING = 8;
const ARRAY = 9;
const MAX_DEPTH = 4;
const MAX_DIMS = 4;
/** Mixtral 8x7B has 1000 with one tensor an expert. */
const MAX_TENSORS = 2 ** 16;

/** The least bytes that a value of each type takes. */
const VALUE_BYTES = [1, 1, 2, 2, 4, 4, 4, 1, 8, 12, 8, 8, 8];

/** Reads and checks the header of one file. Throws `checkpoint-invalid` naming the file and the entry. */
export async function readGgufHeader(source: ByteSource): Promise<GgufHeader> {
  const cursor = new GgufCursor(source);
  const [tensorCount, keyCount] = await cursor.entry(() => readCounts(cursor));
  const metadata = new Map<string, GgufValue>();
  for (let i = 0; i < keyCount; i++) {
    const [key, value] = await cursor.entry(() => readKeyValue(cursor, i));
    if (metadata.has(key)) throw damaged(source.name, `one ${key}`, 'a second one');
    metadata.set(key, value);
  }
  const tensors: GgufTensor[] = [];
  for (let i = 0; i < tensorCount; i++) tensors.push(await cursor.entry(() => readTensor(cursor, i)));
  placeTensors(source, tensors, alignUp(cursor.position, readAlignment(source, metadata)));
  return { metadata, tensors };
}

function readCounts(cursor: GgufCursor): [number, number] {
  cursor.what = 'the header';
  const magic = cursor.u32();
  if (magic !== MAGIC) throw cursor.invalid('"GGUF" as the first four bytes', `0x${magic.toString(16)}`);
  const version = cursor.u32();
  if (version !== 2 && version !== 3) throw cursor.invalid('version 2 or 3, little-endian', `${version}`);
  // A tensor has at least name, dimensions, type and offset; a key at least its length, type and value.
  cursor.what = 'the number of tensors';
  const tensors = cursor.count(32);
  if (tensors > MAX_TENSORS) throw cursor.invalid(`at most ${MAX_TENSORS}`, `${tensors}`);
  cursor.what = 'the number of metadata keys';
  return [tensors, cursor.count(13)];
}

function readKeyValue(cursor: GgufCursor, index: number): [string, GgufValue] {
  cursor.what = `metadata key ${index}`;
  const key = cursor.string();
  cursor.what = `metadata ${shorten(key)}`;
  return [key, readValue(cursor, cursor.u32(), 0)];
}

function readValue(cursor: GgufCursor, type: number, depth: number): GgufValue {
  cursor.countValue();
  switch (type) {
    case 0:
      return cursor.u8();
    case 1:
      return cursor.i8();
    case 2:
      return cursor.u16();
    case 3:
      return cursor.i16();
    case 4:
      return cursor.u32();
    case 5:
      return cursor.i32();
    case 6:
      return cursor.f32();
    case 7:
      return cursor.u8() !== 0;
    case STRING:
      return cursor.string();
    case ARRAY:
      return readArray(cursor, depth);
    case 10:
      return cursor.u64();
    case 11:
      return cursor.i64();
    case 12:
      return cursor.f64();
    default:
      throw cursor.invalid('a value type from 0 to 12', `${type}`);
  }
}

function readArray(cursor: GgufCursor, depth: number): GgufValue[] {
  if (depth >= MAX_DEPTH) throw cursor.invalid(`lists in at most ${MAX_DEPTH} levels`, 'more');
  const type = cursor.u32();
  const least = VALUE_BYTES[type];
  if (least === undefined) throw cursor.invalid('a value type from 0 to 12', `${type}`);
  const count = cursor.count(least);
  const values: GgufValue[] = [];
  for (let i = 0; i < count; i++) values.push(readValue(cursor, type, depth + 1));
  return values;
}

/** `offset` is still the file's own, counted from the start of the data. */
function readTensor(cursor: GgufCursor, index: number): GgufTensor {
  cursor.what = `the name of tensor ${index}`;
  const name = cursor.string();
  cursor.what = shorten(name);
  const dimCount = cursor.u32();
  if (dimCount < 1 || dimCount > MAX_DIMS) throw cursor.invalid(`1 to ${MAX_DIMS} dimensions`, `${dimCount}`);
  const dims = Array.from({ length: dimCount }, () => cursor.u64());
  const elements = dims.reduce((product: number, n) => product * Number(n), 1);
  if (dims.some((n) => n === 0) || !Number.isSafeInteger(elements)) {
    throw cursor.invalid('dimensions from 1 up, below 2^53 elements', `[${dims}]`);
  }
  const typeId = cursor.u32();
  const type = GGUF_TYPES[typeId] ?? null;
  const cols = Number(dims[0]);
  if (type && cols % type.block !== 0) throw cursor.invalid(`rows of whole ${type.name} blocks`, `${cols} columns`);
  const offset = Number(cursor.u64());
  const bytes = type ? (elements / type.block) * type.bytes : 0;
  return { name, dims: dims.map(Number), type, typeId, source: cursor.source, offset, bytes };
}

function readAlignment(source: ByteSource, metadata: Map<string, GgufValue>): number {
  const alignment = metadata.get('general.alignment') ?? DEFAULT_ALIGNMENT;
  if (
    typeof alignment !== 'number' ||
    !(alignment >= 1 && alignment <= 2 ** 20) ||
    !Number.isInteger(Math.log2(alignment))
  )
    throw damaged(source.name, 'a power of two up to 2^20 as general.alignment', shorten(String(alignment)));
  return alignment;
}

/** Makes offsets absolute and holds them against the file's size and each other. */
function placeTensors(source: ByteSource, tensors: GgufTensor[], dataStart: number): void {
  const names = new Set<string>();
  for (const tensor of tensors) {
    const name = shorten(tensor.name);
    if (names.has(tensor.name)) throw damaged(source.name, `one ${name}`, 'a second one');
    names.add(tensor.name);
    tensor.offset += dataStart;
    const end = tensor.offset + tensor.bytes;
    if (end > source.size)
      throw damaged(source.name, `${name} to end at byte ${end}`, `a file of ${source.size} bytes (cut short?)`);
  }
  checkOverlap(source, tensors);
}

const alignUp = (value: number, to: number): number => Math.ceil(value / to) * to;

/** A name for a one-line message. */
const shorten = (name: string): string =>
  JSON.stringify(name.length <= 60 ? name : `${name.slice(0, 57)}...`).slice(1, -1);
