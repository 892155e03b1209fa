import type { ReusedBuffers } from '../lib/reused-buffers';
import type { ModelConfig } from '../model/config';
import type { Formats } from '../pack/formats';
import type { Manifest } from '../pack/manifest';
import type { Pruning } from '../pack/prune-pack';
import type { WeightType } from './weight-types';

/** What a manifest says of its source, and takes from it, besides shape and weights. */
export interface CheckpointTexts {
  name: string;
  /** Of the source, where it is known: a commit or a version; else empty. */
  revision: string;
  tokenizer: Manifest['tokenizer'];
  generation: Manifest['generation'];
  /** Where the source is a pack of which experts are left out. */
  pruned?: Pruning | undefined;
}

/**
 * What a user brings, whatever its file format: the shape, the texts, and the weights of any tensor of any record of the pack to be made,
 * in chunks of rows in the pack's own row order. Known from headers alone; only {@link ChunkPlan.read} reads weights.
 */
export interface Checkpoint extends CheckpointTexts {
  config: ModelConfig;
  /** Names of the types that its matrices have, e.g. Q4_K, BF16. */
  matrixTypes: string[];
  /** Of all weights as the checkpoint has them. */
  sourceBytes: number;
  /** The format that keeps each matrix best: the finest that any of its source tensors needs; float tensors take the wish. */
  formats(wish: 'q4' | 'q8'): Formats;
  /** The rows of one tensor, first to last. `record` and `tensor` are named as in src/pack/layout.ts; RangeError for others. */
  chunks(record: string, tensor: string): ChunkPlan[];
}

/** A few whole rows that one read brings. A vector is one row. */
export interface ChunkPlan {
  firstRow: number;
  rows: number;
  /** What is taken from `memory` the caller gives back. */
  read(signal?: AbortSignal, memory?: ReusedBuffers): Promise<RowChunk>;
}

export interface RowChunk {
  firstRow: number;
  rows: number;
  cols: number;
  type: WeightType;
  /** The rows' bytes in the checkpoint's order. */
  stored: Uint8Array<ArrayBuffer>;
  /** The same in the pack's order. */
  ordered: Uint8Array<ArrayBuffer>;
}

/** `[rows, cols]` */
export function chunkValues({ rows, cols, type, ordered }: RowChunk): Float32Array<ArrayBuffer> {
  const values = new Float32Array(rows * cols);
  type.decode(ordered, values);
  return values;
}

/** Bytes of a checkpoint read at once, about. */
export const CHUNK_BYTES = 4 * 1024 * 1024;
