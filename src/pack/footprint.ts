import type { ModelConfig } from '../model/config';
import { type RecordKind, recordKind, recordLayout, recordNames, recordSpecs } from './layout';

/** Prompt tokens that go through a layer together, as the engine does it at most. */
const CHUNK_TOKENS = 512;

/** What a model of this shape takes, in bytes, known before any of it is loaded. */
export interface Footprint {
  contextLength: number;
  denseBytes: number;
  kvBytes: number;
  activationBytes: number;
  expertBytes: number;
  /** GPU memory without which nothing runs: all that is fixed, and slots for the picks of one layer. */
  leastBytes: number;
  /** GPU memory with every expert resident. */
  mostBytes: number;
}

/**
 * An estimate for people who have to choose a budget or a model; the engine's own figure (`BudgetInfo`) is exact and a few percent
 * apart, as it knows the adapter's limits.
 */
export function footprint(c: ModelConfig, contextLength = Math.min(c.maxContext, 4096)): Footprint {
  const fixed = denseBytes(c) + kvBytes(c, contextLength) + activationBytes(c, contextLength);
  return {
    contextLength,
    denseBytes: denseBytes(c),
    kvBytes: kvBytes(c, contextLength),
    activationBytes: activationBytes(c, contextLength),
    expertBytes: expertBytes(c),
    leastBytes: fixed + c.topK * expertBytes(c),
    mostBytes: fixed + c.nLayers * c.nExperts * expertBytes(c),
  };
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

/** What passes between the kernels for one chunk of a prompt, f32: residual, normed, heads twice, both sides of the picked experts; logits. */
export function activationBytes(c: ModelConfig, contextLength: number): number {
  const heads = c.nHeads * c.headDim;
  const perToken = 2 * c.dim + 3 * heads + c.topK * (c.hiddenDim + c.dim);
  return 4 * (Math.min(CHUNK_TOKENS, contextLength) * perToken + 4 * c.vocabSize);
}

/** Weights, counted as numbers: of the whole model, and of those that one token uses. */
export function parameters(c: ModelConfig): { total: number; active: number } {
  const of = (kind: RecordKind) =>
    recordSpecs(c, kind).reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
  const dense = of('embedding') + c.nLayers * of('layer') + of('head');
  const experts = (count: number) => c.nLayers * count * of('expert');
  return { total: dense + experts(c.nExperts), active: dense + experts(c.topK) };
}
