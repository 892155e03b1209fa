import type { ModelConfig } from '../model/config';
import { partOf, type RecordLayout } from '../pack/layout';
import type { Constants, Variant } from './kernels';

/** Tokens and rows of a prefill tile (kernels/prelude/tile.wgsl). */
export const PREFILL_TILE = 32;

/** Shortest split of any variant, in positions: it bounds how many partial results there are. */
export const LEAST_SPLIT = 64;

/** Most q heads of an attention workgroup that shares the cache (kernels/attention.wgsl), and of one that does not. */
const MOST_HEADS = { shared: 8, direct: 64 };

/** Q heads per attention workgroup. Where they share the cache: those of one KV head, or the largest part of them that a workgroup holds. */
export function attentionHeads(c: ModelConfig, variant: Variant): number {
  if (!variant.sharesCache) return Math.min(c.nHeads, MOST_HEADS.direct);
  const shared = c.nHeads / c.nKvHeads;
  for (let heads = Math.min(shared, MOST_HEADS.shared); heads > 1; heads--) if (shared % heads === 0) return heads;
  return 1;
}

/** Workgroups of a matvec over `pairs` of rows (or rows of w1 and w3). */
export const matvecBlocks = (v: Variant, pairs: number): number => Math.ceil((pairs * v.lanes) / v.workgroup);

/** Threads of a workgroup of the stand-ins' kernels, each with two groups of a matrix (kernels/prelude/stand-in.wgsl). */
const PAIR_WG = 64;

/** Grid of the stand-ins' kernels: pairs of groups, and an expert's three matrices. */
export const standInGrid = (c: ModelConfig): [number, number] => [Math.ceil((c.dim * c.hiddenDim) / 64 / PAIR_WG), 3];

/** Tiles along a batch's picks, sorted by expert, in the worst case. */
export const pickTiles = (picks: number, nExperts: number): number =>
  Math.min(picks, Math.ceil(picks / PREFILL_TILE) + nExperts);

/** Values of the kernels' overrides that hold for the whole model; a kernel takes those that it declares. */
export function modelConstants(c: ModelConfig, contextLength: number): Constants {
  return {
    DIM: c.dim,
    HIDDEN_DIM: c.hiddenDim,
    N_LAYERS: c.nLayers,
    N_HEADS: c.nHeads,
    N_KV_HEADS: c.nKvHeads,
    HEAD_DIM: c.headDim,
    N_EXPERTS: c.nExperts,
    TOP_K: c.topK,
    VOCAB: c.vocabSize,
    // A small vocabulary gains nothing from more threads, and each costs at every barrier.
    SAMPLE_WG: c.vocabSize <= 4096 ? 64 : 256,
    CONTEXT: contextLength,
    EPS: c.normEps,
  };
}

/** Values of the overrides of kernels that read experts of this layout. */
export function expertConstants(expert: RecordLayout, slotBytes: number): Constants {
  const plane = (tensor: string, name: string) => partOf(expert, tensor).planes[name]?.offset ?? 0;
  return {
    SLOT_BYTES: slotBytes,
    W1_Q: plane('w1', 'q'),
    W3_Q: plane('w3', 'q'),
    W2_Q: plane('w2', 'q'),
    W1_SCALE: plane('w1', 'scale'),
    W3_SCALE: plane('w3', 'scale'),
    W2_SCALE: plane('w2', 'scale'),
  };
}
