import { routeWords } from './buffers';
import type { ModelConfig } from './config';

/** What the router decided for one token in one layer. */
export interface Route {
  /** Expert ids, the highest score first. */
  experts: number[];
  /** Softmax over the logits of all of the layer's experts, by expert. */
  scores: Float32Array;
}

/** Reads a token's routing out of a layer's words: `tokens` times (expert, slot, weight) x top_k, then every expert's logit. */
export function readRoute(c: ModelConfig, words: Uint32Array, tokens: number, token: number): Route {
  const logits = new Float32Array(
    words.buffer,
    words.byteOffset + (tokens * 3 * c.topK + token * c.nExperts) * 4,
    c.nExperts,
  );
  const highest = logits.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const scores = logits.map((v) => Math.exp(v - highest));
  const total = scores.reduce((a, b) => a + b, 0);
  scores.forEach((v, e) => {
    scores[e] = v / total;
  });
  const experts = Array.from({ length: c.topK }, (_, k) => words[(token * c.topK + k) * 3] ?? 0);
  return { experts, scores };
}

/** A layer's words out of a buffer that holds all layers', `stride` bytes apart. */
export function layerWords(c: ModelConfig, data: ArrayBuffer, offset: number, tokens: number): Uint32Array {
  return new Uint32Array(data, offset, routeWords(c, tokens));
}
