import type { ModelConfig } from '../model/config';
import type { Formats, MatrixFormat } from '../pack/formats';
import { denseName, expertName, type RecordKind, recordKind, recordNames, recordSpecs } from '../pack/layout';
import { bestFormat } from './best-format';
import type { Checkpoint, CheckpointTexts } from './checkpoint';
import { planChunks, type StoredRows, storedBytes } from './stored-rows';

/** Where the rows of a tensor of a record lie, one below the other. */
export type Locate = (record: string, tensor: string) => StoredRows[];

/** The tokenizer takes time and memory to make, and whoever reads weights alone needs none. */
export type LazyTexts = Omit<CheckpointTexts, 'tokenizer'> & { tokenizer: () => CheckpointTexts['tokenizer'] };

/**
 * A checkpoint of rows that `locate` finds. Asks for every tensor once, so that what is missing or has another shape is noticed now and not
 * in the last layer of a conversion. Throws what `locate` throws.
 */
export function checkpointOf({ tokenizer, ...texts }: LazyTexts, config: ModelConfig, locate: Locate): Checkpoint {
  const matrixTypes = new Set<string>();
  let sourceBytes = 0;
  for (const record of recordNames(config)) {
    for (const { tensor, quantized } of recordSpecs(config, recordKind(config, record) as RecordKind)) {
      for (const stored of locate(record, tensor)) {
        sourceBytes += storedBytes(stored);
        if (quantized) matrixTypes.add(stored.type.name);
      }
    }
  }
  let made: CheckpointTexts['tokenizer'] | null = null;
  return {
    ...texts,
    get tokenizer() {
      made ??= tokenizer();
      return made;
    },
    config,
    matrixTypes: [...matrixTypes].sort(),
    sourceBytes,
    formats: (wish) => bestFormats(config, wish, locate),
    chunks: (record, tensor) => planChunks(locate(record, tensor)),
  };
}

function bestFormats(c: ModelConfig, wish: 'q4' | 'q8', locate: Locate): Formats {
  const best = (...tensors: [record: string, tensor: string][]): MatrixFormat => {
    const types = tensors.flatMap(([record, tensor]) => locate(record, tensor)).map(({ type }) => type);
    return bestFormat(types, wish);
  };
  const ofExperts = (layer: number, ...tensors: string[]): MatrixFormat => {
    const experts = Array.from({ length: c.nExperts }, (_, e) => expertName(layer, e));
    return best(...experts.flatMap((e) => tensors.map((tensor): [string, string] => [e, tensor])));
  };
  const embedding = best([denseName(0), 'tok_embeddings']);
  return {
    embedding,
    output: c.tieEmbeddings ? embedding : best([denseName(c.nLayers + 1), 'output']),
    layers: Array.from({ length: c.nLayers }, (_, layer) => ({
      wqkv: best([denseName(layer + 1), 'wqkv']),
      wo: best([denseName(layer + 1), 'wo']),
      up: ofExperts(layer, 'w1', 'w3'),
      down: ofExperts(layer, 'w2'),
    })),
  };
}
