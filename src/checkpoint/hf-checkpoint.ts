import type { FileFolder } from '../lib/byte-source';
import { show } from '../lib/json';
import { parseHfConfig } from '../model/config';
import { MixtabError } from '../protocol/errors';
import type { Checkpoint } from './checkpoint';
import { checkpointOf } from './checkpoint-of';
import { type HfBlock, hfBlocks } from './hf-names';
import { readGeneration, readTokenizer } from './hf-texts';
import { readJson } from './json-file';
import { readSafetensorsHeader, type TensorInfo } from './safetensors';
import type { StoredRows } from './stored-rows';
import { BF16, F16, F32 } from './weight-types';

const WEIGHT_TYPES = [F32, F16, BF16];
const ONE_FILE = 'model.safetensors';
const INDEX = 'model.safetensors.index.json';
/** Some hundred bytes a tensor; Mixtral 8x7B's has 100 kB. */
const MAX_INDEX_BYTES = 8 * 1024 * 1024;
/** Mixtral 8x7B has 19. */
const MAX_SHARDS = 1000;

/**
 * Opens a Hugging Face folder of a MixtralForCausalLM: config.json, tokenizer.json, and the weights in one safetensors file or in shards.
 * Reads headers only, and checks that every tensor is there in its shape. Throws `checkpoint-invalid` or `config-unsupported`.
 */
export async function openHfCheckpoint(folder: FileFolder): Promise<Checkpoint> {
  const json = await readJson(folder, 'config.json');
  if (json === null) throw invalid(folder.name, 'a config.json', 'none', 'Give the folder that holds config.json.');
  const config = parseHfConfig(json);
  const [tokenizer, generation, tensors] = [
    await readTokenizer(folder, config.vocabSize),
    await readGeneration(folder),
    await readTensors(folder),
  ];
  const revision = typeof json._commit_hash === 'string' ? json._commit_hash : '';
  return checkpointOf(
    { name: folder.name, revision, tokenizer: () => tokenizer, generation },
    config,
    (record, tensor) => hfBlocks(config, record, tensor).map((block) => locate(tensors, block)),
  );
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
  const index = await readJson(folder, INDEX, MAX_INDEX_BYTES);
  if (index === null) return [ONE_FILE];
  const map = index.weight_map;
  if (typeof map !== 'object' || map === null) throw invalid(INDEX, 'a weight_map', typeof map);
  const names = new Set<string>(Object.values(map));
  for (const name of names) {
    // An index comes from outside: it must not lead out of its folder.
    if (typeof name !== 'string' || !/^[\w.-]+\.safetensors$/.test(name)) {
      throw invalid(INDEX, 'names of .safetensors files in its own folder', show(name));
    }
  }
  if (names.size === 0 || names.size > MAX_SHARDS) throw invalid(INDEX, `1 to ${MAX_SHARDS} files`, `${names.size}`);
  return [...names].sort();
}

function locate(tensors: Map<string, TensorInfo>, { name, shape, interleave }: HfBlock): StoredRows {
  const info = tensors.get(name);
  if (!info) throw invalid('checkpoint', `a tensor ${name}`, 'none');
  const { source, offset, dtype } = info;
  if (info.shape.join() !== shape.join()) throw invalid(source.name, `${name} of shape [${shape}]`, `[${info.shape}]`);
  const type = WEIGHT_TYPES.find((known) => known.name === dtype);
  if (!type) throw invalid(source.name, `${name} as F32, F16 or BF16`, dtype);
  const rows = shape.length === 1 ? 1 : (shape[0] as number);
  return { type, source, offset, rows, cols: shape.at(-1) as number, headDim: interleave };
}

function invalid(where: string, expected: string, got: string, hint = ''): MixtabError {
  return new MixtabError(
    'checkpoint-invalid',
    `${where}: expected ${expected}, got ${got}`,
    hint || 'The folder is not a whole MixtralForCausalLM checkpoint: compare it with the list of files at its source.',
    { where },
  );
}
