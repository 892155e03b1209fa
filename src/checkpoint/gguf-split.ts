import type { ByteSource, FileFolder } from '../lib/byte-source';
import { MixtabError } from '../protocol/errors';
import { damaged } from './gguf-errors';
import { type GgufHeader, readGgufHeader } from './gguf-header';

const SPLIT = /^(.*)-(\d{5})-of-(\d{5})\.gguf$/;
/** Hugging Face's limit of 50 GB a file makes a handful; a name can claim 99999. */
const MAX_PARTS = 1000;

/** The files of a model that `file` is one of: itself, or `name-00001-of-0000N.gguf` to `name-0000N-of-0000N.gguf`. */
export function ggufParts(file: string): string[] {
  const [, stem, , total] = SPLIT.exec(file) ?? [];
  if (stem === undefined || total === undefined) return [file];
  const count = Math.min(Number(total), MAX_PARTS);
  return Array.from({ length: count }, (_, i) => `${stem}-${String(i + 1).padStart(5, '0')}-of-${total}.gguf`);
}

/** Headers of all files of a model as one: metadata of the first, tensors of all. */
export async function readGgufParts(folder: FileFolder, file: string): Promise<GgufHeader> {
  const [first, ...others] = ggufParts(file);
  const whole = await readGgufHeader(await open(folder, first ?? file));
  const count = whole.metadata.get('split.count') ?? 1;
  if (count !== others.length + 1) {
    throw damaged(first ?? file, `${others.length + 1} files (split.count)`, String(count));
  }
  const names = new Set(whole.tensors.map(({ name }) => name));
  for (const other of others) {
    for (const tensor of (await readGgufHeader(await open(folder, other))).tensors) {
      if (names.has(tensor.name)) throw damaged(other, `${tensor.name} in one file only`, 'a second copy');
      names.add(tensor.name);
      whole.tensors.push(tensor);
    }
  }
  return whole;
}

async function open(folder: FileFolder, file: string): Promise<ByteSource> {
  const source = await folder.open(file);
  if (source !== null) return source;
  throw new MixtabError(
    'checkpoint-invalid',
    `${folder.name}: expected the file ${file}, got none`,
    'Download the missing file; all parts of a split model must be in one folder.',
    { file },
  );
}
