import type { ModelConfig } from '../model/config';
import type { Manifest } from '../pack/manifest';

/**
 * What a user brings, whatever its file format: the shape, the texts, and the weights of any tensor of any record of the pack to be made,
 * as a stream of rows in the pack's own row order.
 */
export interface Checkpoint {
  name: string;
  /** Of the source, where it is known: a commit or a version; else empty. */
  revision: string;
  config: ModelConfig;
  tokenizer: Manifest['tokenizer'];
  generation: Manifest['generation'];
  /**
   * Rows of one tensor, first to last. `record` and `tensor` are named as in src/pack/layout.ts. Rejects with `checkpoint-invalid` when
   * the tensor is missing or has another shape.
   */
  rows(record: string, tensor: string): AsyncIterable<RowChunk>;
}

/** A few whole rows, some megabytes at most. A vector is one row. */
export interface RowChunk {
  firstRow: number;
  /** `[rows, cols]` */
  values: Float32Array<ArrayBuffer>;
  /** The bytes that the checkpoint holds for these rows, in its own order. */
  stored: Uint8Array<ArrayBuffer>;
  /** The same rows as q4, where the checkpoint has them so: the pack takes these as they are. */
  q4?: Q4Groups;
}

/** Groups of 32 values in the planes of src/pack/layout.ts. */
export interface Q4Groups {
  /** `[groups * 16]` nibbles */
  q: Uint8Array<ArrayBuffer>;
  /** `[groups]` f16 bits */
  scales: Uint16Array<ArrayBuffer>;
}

/** Bytes of a checkpoint read at once, about. */
export const CHUNK_BYTES = 4 * 1024 * 1024;
