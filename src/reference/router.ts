import type { ModelConfig } from '../model/config';
import { matvec } from './matvec';
import { rmsnorm } from './rmsnorm';
import { softmax } from './softmax';

export interface Route {
  /** `[dim]`: the normed input, which the experts read. */
  xn: Float64Array;
  /** `[nExperts]` */
  logits: Float64Array;
  /** `[topK]` expert ids, best first. */
  picks: number[];
  /** `[topK]`, sum 1. */
  weights: number[];
}

/**
 * xn = rmsnorm(x); logits = gate * xn; the topK highest are picked (ties: the lower id first). Their weights are the softmax over the
 * picked logits alone, which equals softmax over all, renormalised (arXiv 2401.04088, section 2.1).
 *
 * @param x `[dim]`
 * @param norm `[dim]`
 * @param gate `[nExperts, dim]`
 */
export function router(c: ModelConfig, x: Float64Array, norm: Float32Array, gate: Float32Array): Route {
  const xn = rmsnorm(x, norm, c.normEps);
  const logits = matvec(gate, xn);
  const logit = (expert: number) => logits[expert] as number;
  const picks = [...logits.keys()].sort((a, b) => logit(b) - logit(a) || a - b).slice(0, c.topK);
  const weights = Array.from(softmax(Float64Array.from(picks, logit)));
  return { xn, logits, picks, weights };
}
