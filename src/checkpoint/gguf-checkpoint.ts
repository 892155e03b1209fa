import type { FileFolder } from '../lib/byte-source';
import type { Checkpoint } from './checkpoint';
import { checkpointOf } from './checkpoint-of';
import { ggufConfig } from './gguf-config';
import { damaged, unsupported } from './gguf-errors';
import type { GgufTensor } from './gguf-header';
import { GgufMetadata } from './gguf-metadata';
import { type GgufBlock, ggufBlocks } from './gguf-names';
import { readGgufParts } from './gguf-split';
import { ggufTokenizer } from './gguf-tokenizer';
import { GGUF_TYPES } from './gguf-types';
import { DEFAULT_GENERATION } from './hf-texts';
import type { StoredRows } from './stored-rows';

/**
 * Opens a GGUF file of a folder, with its siblings when it is one part of several. Reads headers only, and checks that every tensor is
 * there in its shape and in a type that can be read. Throws `checkpoint-invalid` or `config-unsupported`.
 */
export async function openGgufCheckpoint(folder: FileFolder, file: string): Promise<Checkpoint> {
  const { metadata, tensors: all } = await readGgufParts(folder, file);
  const meta = new GgufMetadata(file, metadata);
  const tensors = new Map(all.map((tensor) => [tensor.name, tensor]));
  if (tensors.has('rope_freqs.weight')) throw unsupported(file, 'rope_freqs.weight', 'no scaled RoPE', 'it');
  const config = ggufConfig(meta, !tensors.has('output.weight'));
  const texts = {
    name: file.replace(/(-\d{5}-of-\d{5})?\.gguf$/, ''),
    revision: '',
    tokenizer: () => ggufTokenizer(meta, config.vocabSize),
    generation: DEFAULT_GENERATION,
  };
  return checkpointOf(texts, config, (record, tensor) =>
    ggufBlocks(config, record, tensor, (name) => tensors.has(name)).map((block) => locate(file, tensors, block)),
  );
}

function locate(file: string, tensors: Map<string, GgufTensor>, block: GgufBlock): StoredRows {
  const found = tensors.get(block.name);
  if (!found) throw damaged(file, `a tensor ${block.name}`, 'none');
  const { type, dims, source } = found;
  if (dims.join() !== block.dims.join())
    throw damaged(source.name, `${block.name} of dimensions [${block.dims}]`, `[${dims}]`);
  if (type === null) {
    const names = Object.values(GGUF_TYPES).map(({ name }) => name);
    throw unsupported(source.name, block.name, `one of ${names.join(' ')}`, `ggml's type ${found.typeId}`);
  }
  const cols = dims[0] as number;
  const offset = found.offset + block.firstRow * (cols / type.block) * type.bytes;
  return { type, source, offset, rows: block.rows, cols, headDim: 0 };
}
