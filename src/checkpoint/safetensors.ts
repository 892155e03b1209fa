import type { ByteSource } from '../lib/byte-source';
import { isObject, show } from '../lib/json';
import { MixtabError } from '../protocol/errors';

/**
 * The safetensors format: an unsigned 64-bit little-endian length, that many bytes of JSON, then the tensors' bytes. The JSON maps a
 * name to `{dtype, shape, data_offsets: [begin, end]}`, offsets counted from the end of the header.
 */
export interface TensorInfo {
  name: string;
  dtype: string;
  shape: number[];
  source: ByteSource;
  /** Absolute, in `source`. */
  offset: number;
  bytes: number;
}

/** Some hundred bytes a tensor: a whole Mixtral 8x7B in one file has 130 kB. A header of this size costs some 50 MB of memory. */
const MAX_HEADER_BYTES = 8 * 1024 * 1024;

/** Bytes an element. Types that Mixtab cannot use may stand in a file as long as no weight has them. */
const ELEMENT_BYTES: Record<string, number> = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E4M3: 1,
  F8_E5M2: 1,
  I16: 2,
  U16: 2,
  F16: 2,
  BF16: 2,
  I32: 4,
  U32: 4,
  F32: 4,
  I64: 8,
  U64: 8,
  F64: 8,
};

/** Reads and checks the header of one file. Throws `checkpoint-invalid` naming the file and the tensor. */
export async function readSafetensorsHeader(source: ByteSource): Promise<TensorInfo[]> {
  if (source.size < 8) throw invalid(source, 'a header', `a file of ${source.size} bytes`);
  const head = await source.read(0, 8);
  const length = new DataView(head.buffer, head.byteOffset).getBigUint64(0, true);
  if (length < 2n || length > BigInt(MAX_HEADER_BYTES) || length > BigInt(source.size - 8)) {
    throw invalid(source, `a header length between 2 and ${Math.min(MAX_HEADER_BYTES, source.size - 8)}`, `${length}`);
  }
  const headerBytes = Number(length);
  const json = parseHeader(source, await source.read(8, headerBytes));
  const dataStart = 8 + headerBytes;
  const tensors: TensorInfo[] = [];
  for (const [name, entry] of Object.entries(json)) {
    if (name !== '__metadata__') tensors.push(checkTensor(source, dataStart, name, entry));
  }
  checkOverlap(source, tensors);
  return tensors;
}

function parseHeader(source: ByteSource, bytes: Uint8Array): Record<string, unknown> {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw invalid(source, 'a JSON header', 'something else');
  }
  if (!isObject(json))
    throw invalid(source, 'a JSON object as its header', Array.isArray(json) ? 'a list' : typeof json);
  return json;
}

function checkTensor(source: ByteSource, dataStart: number, name: string, entry: unknown): TensorInfo {
  if (!isObject(entry)) throw invalid(source, `an object for ${name}`, typeof entry);
  const { dtype, shape, data_offsets: offsets } = entry;
  const size = typeof dtype === 'string' && Object.hasOwn(ELEMENT_BYTES, dtype) ? ELEMENT_BYTES[dtype] : undefined;
  if (typeof dtype !== 'string' || size === undefined) throw invalid(source, `a known dtype for ${name}`, show(dtype));
  if (!Array.isArray(shape) || !shape.every(isCount))
    throw invalid(source, `a shape of whole numbers for ${name}`, show(shape));
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount)) {
    throw invalid(source, `two data_offsets for ${name}`, show(offsets));
  }
  const [begin, end] = offsets as [number, number];
  const bytes = shape.reduce((product: number, n: number) => product * n, size);
  if (end - begin !== bytes) throw invalid(source, `${bytes} bytes for ${name} ${dtype} [${shape}]`, `${end - begin}`);
  if (dataStart + end > source.size) {
    throw invalid(source, `${name} to end at byte ${dataStart + end}`, `a file of ${source.size} bytes (cut short?)`);
  }
  return { name, dtype, shape, source, offset: dataStart + begin, bytes };
}

type Extent = Pick<TensorInfo, 'name' | 'offset' | 'bytes'>;

/** Throws `checkpoint-invalid` when two tensors of a file share bytes. */
export function checkOverlap(source: ByteSource, tensors: Extent[]): void {
  const inOrder = tensors.filter((t) => t.bytes > 0).sort((a, b) => a.offset - b.offset);
  inOrder.reduce<Extent | null>((last, t) => {
    if (last && t.offset < last.offset + last.bytes) {
      throw invalid(source, `${t.name} after the end of ${last.name}`, 'tensors that overlap');
    }
    return t;
  }, null);
}

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;

function invalid(source: ByteSource, expected: string, got: string): MixtabError {
  return new MixtabError(
    'checkpoint-invalid',
    `${source.name}: expected ${expected}, got ${got}`,
    'The file is damaged or cut short: download it again and compare its size with the one its site gives.',
    { file: source.name },
  );
}
