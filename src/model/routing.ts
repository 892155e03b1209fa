import { foresightOffset, routeWords } from './buffers';
import type { ModelConfig } from './config';
import { type KeptExperts, keptOf } from './expert-mask';
import { foresightDepth } from './foresight';

/** What the router decided for one token in one layer. */
export interface Route {
  /** Ids of the experts that are computed, in the order of the router's choices: without a lossy mode the highest score first. */
  experts: number[];
  /** Share of each of them in the layer's output, as the GPU used it; sum 1. */
  weights: number[];
  /** Softmax over the logits of all of the layer's experts that may be picked, by expert; 0 for the others. */
  scores: Float32Array;
  /** Choices in whose place a resident expert is computed, and choices that are left out: 0 without a lossy mode. */
  replaced: number;
  skipped: number;
}

/** The kernels' NONE: in place of the expert where a choice was left out. */
const NONE = 0xffffffff;

/** Reads a token's routing out of a layer's words: `tokens` times (expert, slot, weight) x top_k, then every expert's logit. */
export function readRoute(c: ModelConfig, words: Uint32Array, tokens: number, token: number): Route {
  const at = words.byteOffset + (tokens * 3 * c.topK + token * c.nExperts) * 4;
  const logits = new Float32Array(words.buffer, at, c.nExperts);
  const shares = new Float32Array(words.buffer, words.byteOffset, tokens * 3 * c.topK);
  const [experts, weights]: [number[], number[]] = [[], []];
  for (let k = 0; k < c.topK; k++) {
    const pick = (token * c.topK + k) * 3;
    const expert = words[pick] ?? NONE;
    if (expert === NONE) continue;
    experts.push(expert);
    weights.push(shares[pick + 2] ?? 0);
  }
  const replaced = experts.filter((expert) => rank(logits, expert) >= c.topK).length;
  return { experts, weights, scores: softmax(logits), replaced, skipped: c.topK - experts.length };
}

/** How many experts the router prefers to this one; of equal logits the lower id goes first. */
function rank(logits: Float32Array, expert: number): number {
  const own = logits[expert] as number;
  return logits.reduce((count, logit, e) => count + Number(logit > own || (logit === own && e < expert)), 0);
}

/**
 * What the layers behind a fault are likely to pick, out of the decode state: entry d is the softmax, by expert, over the logits of layer
 * fault + 1 + d, 0 for one that may not be picked. Empty where the submit ended without a fault, or at a fault in the last layer.
 */
export function readForesight(c: ModelConfig, data: ArrayBuffer, kept: KeptExperts = null): Float32Array[] {
  const [fault = 0] = new Uint32Array(data, 0, 1);
  // Without a fault the word is no layer's number but the largest of all.
  const count = Math.max(0, Math.min(foresightDepth(c), c.nLayers - 1 - fault));
  return Array.from({ length: count }, (_, d) => {
    const logits = new Float32Array(data, foresightOffset(c) + d * c.nExperts * 4, c.nExperts);
    const own = keptOf(kept, fault + 1 + d, c.nExperts);
    return softmax(logits.map((logit, expert) => (own.includes(expert) ? logit : Number.NEGATIVE_INFINITY)));
  });
}

function softmax(logits: Float32Array): Float32Array {
  const highest = logits.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const scores = logits.map((v) => Math.exp(v - highest));
  const total = scores.reduce((a, b) => a + b, 0);
  return scores.map((v) => v / total);
}

/** A layer's words out of a buffer that holds all layers', `stride` bytes apart. */
export function layerWords(c: ModelConfig, data: ArrayBuffer, offset: number, tokens: number): Uint32Array {
  return new Uint32Array(data, offset, routeWords(c, tokens));
}
