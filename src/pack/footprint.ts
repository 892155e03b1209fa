import { type Extent, extentOf, planBuffers } from '../model/buffers';
import type { ModelConfig } from '../model/config';
import { alignUp, type RecordKind, recordKind, recordLayout, recordNames, recordSpecs } from './layout';

/** What a model of this shape takes on a GPU, in bytes: known before any of it is loaded, and what the engine then takes. */
export interface Footprint {
  contextLength: number;
  denseBytes: number;
  kvBytes: number;
  /** Activations, tables and staging, besides the KV cache. */
  activationBytes: number;
  expertBytes: number;
  /** GPU memory without which nothing runs: all that is fixed, and slots for the picks of one layer. */
  leastBytes: number;
  /** GPU memory with every expert resident. */
  mostBytes: number;
}

/** Throws `request-invalid` for a context that the model was not trained for. */
export function footprint(c: ModelConfig, contextLength?: number): Footprint {
  const extent = extentOf(c, contextLength);
  const fixed = fixedBytes(c, extent);
  return {
    contextLength: extent.contextLength,
    denseBytes: denseBytes(c),
    kvBytes: kvBytes(c, extent.contextLength),
    activationBytes: fixed - denseBytes(c) - kvBytes(c, extent.contextLength),
    expertBytes: expertBytes(c),
    leastBytes: fixed + c.topK * slotBytes(c),
    mostBytes: fixed + c.nLayers * c.nExperts * slotBytes(c),
  };
}

/** All that is not slots: dense weights, KV cache, activations, tables. */
export function fixedBytes(c: ModelConfig, extent: Extent): number {
  return denseBytes(c) + planBuffers(c, extent).reduce((sum, { bytes }) => sum + bytes, 0);
}

/** Room for one expert; slots start at 256-byte boundaries, WebGPU's binding alignment. */
export function slotBytes(c: ModelConfig): number {
  return alignUp(expertBytes(c), 256);
}

/** Embeddings, attention, norms, routers and head: what every token needs. */
export function denseBytes(c: ModelConfig): number {
  return recordNames(c)
    .map((name) => recordKind(c, name) as RecordKind)
    .filter((kind) => kind !== 'expert')
    .reduce((sum, kind) => sum + recordLayout(c, kind).bytes, 0);
}

export function expertBytes(c: ModelConfig): number {
  return recordLayout(c, 'expert').bytes;
}

/** Keys and values of all layers, f16. */
export function kvBytes(c: ModelConfig, contextLength: number): number {
  return 2 * c.nLayers * c.nKvHeads * c.headDim * 2 * contextLength;
}

/** Bytes that decoding the token at `position` must read: every dense weight but the embeddings' other rows, the picked experts, the cache. */
export function bytesPerToken(c: ModelConfig, position: number): number {
  const of = (kind: RecordKind) => recordLayout(c, kind).bytes;
  const row = of('embedding') / c.vocabSize;
  const head = c.tieEmbeddings ? of('embedding') : of('head');
  return row + c.nLayers * (of('layer') + c.topK * of('expert')) + head + kvBytes(c, position + 1);
}

/** Weights, counted as numbers: of the whole model, and of those that one token uses. */
export function parameters(c: ModelConfig): { total: number; active: number } {
  const of = (kind: RecordKind) =>
    recordSpecs(c, kind).reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
  const dense = of('embedding') + c.nLayers * of('layer') + of('head');
  const experts = (count: number) => c.nLayers * count * of('expert');
  return { total: dense + experts(c.nExperts), active: dense + experts(c.topK) };
}
