import { isObject } from '../../lib/json';

/** Where an answer's tokens went, kept as flat arrays: a model of 32 layers has 64 picks a token. */
export interface AnswerRoute {
  layers: number;
  experts: number;
  topK: number;
  /** What each token added to the answer's text; an end token adds nothing. */
  pieces: readonly string[];
  /** `[token][layer][k]` expert ids; LEFT_OUT where a lossy mode left a choice out, or the token was computed without being told. */
  picks: Uint16Array<ArrayBuffer>;
  /** `[token][layer][k]`, the share that the expert had in its layer's output, 0..1. */
  weights: Float32Array<ArrayBuffer>;
}

export const LEFT_OUT = 0xffff;

/** A route as storage gives it back; null where it is none. */
export function parseRoute(value: unknown): AnswerRoute | null {
  if (!isObject(value)) return null;
  const { layers, experts, topK, pieces, picks, weights } = value;
  const isCount = (count: unknown): count is number => Number.isInteger(count) && Number(count) > 0;
  if (!isCount(layers) || !isCount(experts) || !isCount(topK)) return null;
  if (!Array.isArray(pieces) || !pieces.every((piece): piece is string => typeof piece === 'string')) return null;
  if (!(picks instanceof Uint16Array) || !(weights instanceof Float32Array)) return null;
  const length = pieces.length * layers * topK;
  if (picks.length !== length || weights.length !== length) return null;
  if (!picks.every((expert) => expert < experts || expert === LEFT_OUT)) return null;
  return { layers, experts, topK, pieces, picks: new Uint16Array(picks), weights: new Float32Array(weights) };
}
