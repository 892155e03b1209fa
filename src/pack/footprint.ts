import { type Extent, extentOf, planBuffers } from '../model/buffers';
import type { ModelConfig } from '../model/config';
import {
  alignUp,
  layoutOf,
  type PackLayout,
  type RecordKind,
  type RecordLayout,
  recordNames,
  recordSpecs,
} from './layout';

/** What a model of this shape takes on a GPU, in bytes: known before any of it is loaded, and what the engine then takes. */
export interface Footprint {
  contextLength: number;
  denseBytes: number;
  kvBytes: number;
  /** Activations, tables and staging, besides the KV cache. */
  activationBytes: number;
  /** Room for one expert. */
  slotBytes: number;
  /** GPU memory without which nothing runs: all that is fixed, and slots for the picks of one layer. */
  leastBytes: number;
  /** GPU memory with every expert resident. */
  mostBytes: number;
}

/** Throws `request-invalid` for a context that the model was not trained for. */
export function footprint(pack: PackLayout, contextLength?: number): Footprint {
  const { config: c } = pack;
  const extent = extentOf(c, contextLength);
  const fixed = fixedBytes(pack, extent);
  const kv = kvBytes(c, extent.contextLength);
  return {
    contextLength: extent.contextLength,
    denseBytes: denseBytes(pack),
    kvBytes: kv,
    activationBytes: fixed - denseBytes(pack) - kv,
    slotBytes: slotBytes(pack),
    leastBytes: fixed + c.topK * slotBytes(pack),
    mostBytes: fixed + c.nLayers * c.nExperts * slotBytes(pack),
  };
}

/** All that is not slots: dense weights, KV cache, activations, tables. */
export function fixedBytes(pack: PackLayout, extent: Extent): number {
  return denseBytes(pack) + planBuffers(pack.config, extent).reduce((sum, { bytes }) => sum + bytes, 0);
}

/** Room for any one expert; slots start at 256-byte boundaries, WebGPU's binding alignment. */
export function slotBytes(pack: PackLayout): number {
  return alignUp(Math.max(...pack.experts.map(({ bytes }) => bytes)), 256);
}

/** Embeddings, attention, norms, routers and head: what every token needs. */
export function denseBytes({ embedding, layers, head }: PackLayout): number {
  return sumBytes([embedding, ...layers, head]);
}

/** All experts of all layers, as they lie in storage. */
export function expertsBytes({ config, experts }: PackLayout): number {
  return config.nExperts * sumBytes(experts);
}

/** All records. */
export const recordsBytes = (pack: PackLayout): number =>
  recordNames(pack.config).reduce((sum, name) => sum + layoutOf(pack, name).bytes, 0);

const sumBytes = (layouts: RecordLayout[]): number => layouts.reduce((sum, { bytes }) => sum + bytes, 0);

/** Keys and values of all layers, f16. */
export function kvBytes(c: ModelConfig, contextLength: number): number {
  return 2 * c.nLayers * c.nKvHeads * c.headDim * 2 * contextLength;
}

/** Bytes that decoding the token at `position` must read: every dense weight but the embeddings' other rows, the picked experts, the cache. */
export function bytesPerToken({ config: c, embedding, layers, experts, head }: PackLayout, position: number): number {
  const row = embedding.bytes / c.vocabSize;
  const output = c.tieEmbeddings ? embedding.bytes : head.bytes;
  return row + sumBytes(layers) + c.topK * sumBytes(experts) + output + kvBytes(c, position + 1);
}

/** Weights, counted as numbers: of the whole model, and of those that one token uses. */
export function parameters(c: ModelConfig): { total: number; active: number } {
  const of = (kind: RecordKind) =>
    recordSpecs(c, kind).reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
  const dense = of('embedding') + c.nLayers * of('layer') + of('head');
  const experts = (count: number) => c.nLayers * count * of('expert');
  return { total: dense + experts(c.nExperts), active: dense + experts(c.topK) };
}
