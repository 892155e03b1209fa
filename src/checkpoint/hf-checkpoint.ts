import type { FileFolder } from '../lib/byte-source';
import { type ModelConfig, parseHfConfig } from '../model/config';
import { type RecordKind, recordKind, recordNames, recordSpecs } from '../pack/layout';
import { MixtabError } from '../protocol/errors';
import { CHUNK_BYTES, type Checkpoint, type RowChunk } from './checkpoint';
import { type HfBlock, hfBlocks, interleaveHeads } from './hf-names';
import { readGeneration, readTokenizer } from './hf-texts';
import { readJson } from './json-file';
import { isWeightType, readElements, readSafetensorsHeader, type TensorInfo } from './safetensors';

const ONE_FILE = 'model.safetensors';
const INDEX = 'model.safetensors.index.json';

/**
 * Opens a Hugging Face folder of a MixtralForCausalLM: config.json, tokenizer.json, and the weights in one safetensors file or in shards.
 * Reads headers only, and checks that every tensor is there in its shape. Throws `checkpoint-invalid` or `config-unsupported`.
 */
export async function openHfCheckpoint(folder: FileFolder): Promise<Checkpoint> {
  const json = await readJson(folder, 'config.json');
  if (json === null) throw invalid(folder.name, 'a config.json', 'none', 'Give the folder that holds config.json.');
  const config = parseHfConfig(json);
  const [tokenizer, generation, tensors] = [
    await readTokenizer(folder),
    await readGeneration(folder),
    await readTensors(folder),
  ];
  // All of them now, so that a conversion does not fail at its last layer.
  for (const record of recordNames(config)) {
    for (const { tensor } of recordSpecs(config, recordKind(config, record) as RecordKind)) {
      for (const block of hfBlocks(config, record, tensor)) find(tensors, block);
    }
  }
  return {
    name: folder.name,
    revision: typeof json._commit_hash === 'string' ? json._commit_hash : '',
    config,
    tokenizer,
    generation,
    rows: (record, tensor) => rows(config, tensors, record, tensor),
  };
}

async function readTensors(folder: FileFolder): Promise<Map<string, TensorInfo>> {
  const tensors = new Map<string, TensorInfo>();
  for (const file of await shardNames(folder)) {
    const source = await folder.open(file);
    if (source === null) throw invalid(folder.name, `the file ${file}`, 'none', 'Download the missing file.');
    for (const tensor of await readSafetensorsHeader(source)) {
      if (tensors.has(tensor.name)) throw invalid(file, `${tensor.name} in one file only`, 'a second copy');
      tensors.set(tensor.name, tensor);
    }
  }
  return tensors;
}

async function shardNames(folder: FileFolder): Promise<string[]> {
  const index = await readJson(folder, INDEX);
  if (index === null) return [ONE_FILE];
  const map = index.weight_map;
  if (typeof map !== 'object' || map === null) throw invalid(INDEX, 'a weight_map', typeof map);
  const names = new Set<string>(Object.values(map));
  for (const name of names) {
    // An index comes from outside: it must not lead out of its folder.
    if (typeof name !== 'string' || !/^[\w.-]+\.safetensors$/.test(name)) {
      throw invalid(INDEX, 'names of .safetensors files in its own folder', String(name));
    }
  }
  return [...names].sort();
}

async function* rows(
  config: ModelConfig,
  tensors: Map<string, TensorInfo>,
  record: string,
  tensor: string,
): AsyncGenerator<RowChunk> {
  let firstRow = 0;
  for (const block of hfBlocks(config, record, tensor)) {
    const info = find(tensors, block);
    const cols = block.shape.at(-1) as number;
    const total = block.shape.length === 1 ? 1 : (block.shape[0] as number);
    // Whole heads at a time where rows move inside a head.
    const unit = block.interleave || 1;
    const step = Math.max(1, Math.floor(CHUNK_BYTES / (unit * cols * 4))) * unit;
    for (let row = 0; row < total; row += step) {
      const count = Math.min(step, total - row);
      const { values, stored } = await readElements(info, row * cols, count * cols);
      const ordered = block.interleave ? interleaveHeads(values, block.interleave, cols) : values;
      yield { firstRow: firstRow + row, values: ordered, stored };
    }
    firstRow += total;
  }
}

function find(tensors: Map<string, TensorInfo>, block: HfBlock): TensorInfo {
  const info = tensors.get(block.name);
  if (!info) throw invalid('checkpoint', `a tensor ${block.name}`, 'none');
  if (info.shape.join() !== block.shape.join()) {
    throw invalid(info.source.name, `${block.name} of shape [${block.shape}]`, `[${info.shape}]`);
  }
  if (!isWeightType(info.dtype)) throw invalid(info.source.name, `${block.name} as F32, F16 or BF16`, info.dtype);
  return info;
}

function invalid(where: string, expected: string, got: string, hint = ''): MixtabError {
  return new MixtabError(
    'checkpoint-invalid',
    `${where}: expected ${expected}, got ${got}`,
    hint || 'The folder is not a whole MixtralForCausalLM checkpoint: compare it with the list of files at its source.',
    { where },
  );
}
