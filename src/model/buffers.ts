import { LOSSY_BYTES } from '../gpu/kernels/router';
import { SAMPLE_PARAMS_BYTES } from '../gpu/kernels/sample';
import { LAYER_STRIDE } from '../gpu/layer';
import { LEAST_SPLIT, PREFILL_TILE } from '../gpu/shape';
import { STEP_BYTES } from '../gpu/step';
import { USAGE } from '../gpu/usage';
import { alignUp } from '../pack/layout';
import { MixtabError } from '../protocol/errors';
import type { ModelConfig } from './config';
import { foresightDepth, gatesElements } from './foresight';

export interface BufferPlan {
  name: string;
  bytes: number;
  usage: number;
}

/** How the engine's buffers are cut; fixed for the life of a loaded model, and the same at every budget. */
export interface Extent {
  /** Positions in the KV cache. */
  contextLength: number;
  /** Prompt tokens that go through a layer together. */
  chunk: number;
  /** Prompt positions whose logits are computed together when a caller wants all of them. */
  logitRows: number;
}

/** Default context where the model's own is longer: a KV cache is paid for in slots. */
const DEFAULT_CONTEXT = 4096;

/** Prompt tokens that go through a layer together. */
const CHUNK = 512;

/** Rows of logits that are computed together for callers who want all of them. */
const LOGIT_ROWS = 16;

/** The extent for a context length, by default the model's own up to 4096. Throws `request-invalid`. */
export function extentOf(config: ModelConfig, contextLength?: number): Extent {
  const context = contextLength ?? Math.min(config.maxContext, DEFAULT_CONTEXT);
  if (!Number.isInteger(context) || context < 1 || context > config.maxContext) {
    throw new MixtabError(
      'request-invalid',
      `context length: expected a whole number from 1 to ${config.maxContext}, got ${context}`,
      'Choose a length that the model was trained for.',
    );
  }
  return { contextLength: context, chunk: Math.min(CHUNK, context), logitRows: LOGIT_ROWS };
}

export const STATE_HEADER_BYTES = 256;

/** Words of one layer's routing of `tokens` tokens: (expert, slot, weight) of each pick, `(NONE, NONE, 0)` where it was left out, then every expert's logit. */
export const routeWords = (c: ModelConfig, tokens: number): number => tokens * (3 * c.topK + c.nExperts);

/** Bytes between two layers' routings. */
export const routeStride = (c: ModelConfig, tokens: number): number => alignUp(routeWords(c, tokens) * 4, 256);

/** Where the foresight begins in the decode state, behind the layers' routings: f32 `[foresightDepth, n_experts]` logits. */
export const foresightOffset = (c: ModelConfig): number => STATE_HEADER_BYTES + c.nLayers * routeStride(c, 1);

export const foresightBytes = (c: ModelConfig): number => foresightDepth(c) * c.nExperts * 4;

export const maxSplits = (extent: Extent): number => Math.ceil(extent.contextLength / LEAST_SPLIT);

/**
 * Every buffer besides the weights, by name. The same list allocates them and gives their share of a budget.
 * `stateStaging` has room for the state and one row of logits behind it.
 * Shapes: x, xn [chunk, dim]; q, a [chunk, n_heads * head_dim]; h [chunk * top_k, hidden_dim]; y [chunk * top_k, dim], all f32.
 */
export function planBuffers(c: ModelConfig, extent: Extent): BufferPlan[] {
  const tokens = alignUp(extent.chunk, PREFILL_TILE);
  const heads = c.nHeads * c.headDim;
  const picks = tokens * c.topK;
  const f32 = (name: string, elements: number): BufferPlan => ({
    name,
    bytes: elements * 4,
    usage: USAGE.storage | USAGE.copySource | USAGE.copyTarget,
  });
  const stateBytes = foresightOffset(c) + foresightBytes(c);
  const routesBytes = c.nLayers * routeStride(c, tokens);
  const plans = [
    f32('x', tokens * c.dim),
    f32('xn', tokens * c.dim),
    f32('q', tokens * heads),
    f32('a', tokens * heads),
    f32('partial', Math.max(tokens, maxSplits(extent)) * c.nHeads * (c.headDim + 2)),
    f32('h', picks * c.hiddenDim),
    f32('y', picks * c.dim),
    f32('order', c.nExperts + 1 + picks),
    f32('ids', tokens),
    f32('turns', extent.contextLength * c.headDim),
    f32('logits', extent.logitRows * c.vocabSize),
    f32('counts', c.vocabSize),
    f32('slotOf', c.nLayers * c.nExperts),
    f32('state', stateBytes / 4),
    f32('routes', routesBytes / 4),
    { name: 'step', bytes: STEP_BYTES, usage: USAGE.uniform | USAGE.copyTarget },
    { name: 'sampling', bytes: SAMPLE_PARAMS_BYTES, usage: USAGE.uniform | USAGE.copyTarget },
    { name: 'lossy', bytes: LOSSY_BYTES, usage: USAGE.uniform | USAGE.copyTarget },
    { name: 'layers', bytes: c.nLayers * LAYER_STRIDE, usage: USAGE.uniform | USAGE.copyTarget },
    { name: 'stateStaging', bytes: stateBytes + c.vocabSize * 4, usage: USAGE.mapRead | USAGE.copyTarget },
    { name: 'routesStaging', bytes: routesBytes, usage: USAGE.mapRead | USAGE.copyTarget },
    { name: 'logitsStaging', bytes: extent.logitRows * c.vocabSize * 4, usage: USAGE.mapRead | USAGE.copyTarget },
  ];
  if (gatesElements(c) > 0) plans.push(f32('gates', gatesElements(c)));
  for (let l = 0; l < c.nLayers; l++) plans.push(f32(`kv${l}`, c.nKvHeads * extent.contextLength * c.headDim));
  return plans;
}
