import type { FileFolder } from '../lib/byte-source';
import type { ModelConfig } from '../model/config';
import { type RecordKind, recordKind, recordNames, recordSpecs } from '../pack/layout';
import { CHUNK_BYTES, type Checkpoint, type RowChunk } from './checkpoint';
import { ggufConfig } from './gguf-config';
import { damaged, unsupported } from './gguf-errors';
import type { GgufTensor } from './gguf-header';
import { GgufMetadata } from './gguf-metadata';
import { type GgufBlock, ggufBlocks } from './gguf-names';
import { readGgufParts } from './gguf-split';
import { ggufTokenizer } from './gguf-tokenizer';
import { GGUF_TYPES, type GgufType } from './gguf-types';
import { DEFAULT_GENERATION } from './hf-texts';

/** A Mixtral in one GGUF file or in several, and how its weights are stored. */
export interface GgufCheckpoint extends Checkpoint {
  /** Names of the types that its matrices have. */
  matrixTypes: string[];
}

type Readable = GgufTensor & { type: GgufType };

/**
 * Opens a GGUF file of a folder, with its siblings when it is one part of several. Reads headers only, and checks that every tensor is
 * there in its shape and in a type that can be read. Throws `checkpoint-invalid` or `config-unsupported`.
 */
export async function openGgufCheckpoint(folder: FileFolder, file: string): Promise<GgufCheckpoint> {
  const { metadata, tensors: all } = await readGgufParts(folder, file);
  const meta = new GgufMetadata(file, metadata);
  const tensors = new Map(all.map((tensor) => [tensor.name, tensor]));
  if (tensors.has('rope_freqs.weight')) throw unsupported(file, 'rope_freqs.weight', 'no scaled RoPE', 'it');
  const config = ggufConfig(meta, !tensors.has('output.weight'));
  const matrixTypes = new Set<string>();
  for (const record of recordNames(config)) {
    for (const { tensor, quantized } of recordSpecs(config, recordKind(config, record) as RecordKind)) {
      for (const block of blocks(config, tensors, record, tensor)) {
        const { type } = find(file, tensors, block);
        if (quantized) matrixTypes.add(type.name);
      }
    }
  }
  return {
    name: file.replace(/(-\d{5}-of-\d{5})?\.gguf$/, ''),
    revision: '',
    config,
    tokenizer: ggufTokenizer(meta, config.vocabSize),
    generation: DEFAULT_GENERATION,
    matrixTypes: [...matrixTypes].sort(),
    rows: (record, tensor) => rows(file, config, tensors, record, tensor),
  };
}

async function* rows(
  file: string,
  config: ModelConfig,
  tensors: Map<string, GgufTensor>,
  record: string,
  tensor: string,
): AsyncGenerator<RowChunk> {
  let firstRow = 0;
  for (const block of blocks(config, tensors, record, tensor)) {
    const { type, source, offset } = find(file, tensors, block);
    const cols = block.dims[0] as number;
    const rowBytes = (cols / type.block) * type.bytes;
    const step = Math.max(1, Math.floor(CHUNK_BYTES / (cols * 4)));
    for (let row = 0; row < block.rows; row += step) {
      const count = Math.min(step, block.rows - row);
      const stored = await source.read(offset + (block.firstRow + row) * rowBytes, count * rowBytes);
      const values = new Float32Array(count * cols);
      type.decode(stored, values);
      yield { firstRow: firstRow + row, values, stored, ...(type.toQ4 && { q4: type.toQ4(stored) }) };
    }
    firstRow += block.rows;
  }
}

function blocks(c: ModelConfig, tensors: Map<string, GgufTensor>, record: string, tensor: string): GgufBlock[] {
  return ggufBlocks(c, record, tensor, (name) => tensors.has(name));
}

function find(file: string, tensors: Map<string, GgufTensor>, block: GgufBlock): Readable {
  const found = tensors.get(block.name);
  if (!found) throw damaged(file, `a tensor ${block.name}`, 'none');
  const { type, dims, source } = found;
  if (dims.join() !== block.dims.join())
    throw damaged(source.name, `${block.name} of dimensions [${block.dims}]`, `[${dims}]`);
  if (type === null) {
    const names = Object.values(GGUF_TYPES).map(({ name }) => name);
    throw unsupported(source.name, block.name, `one of ${names.join(' ')}`, `ggml's type ${found.typeId}`);
  }
  return { ...found, type };
}
