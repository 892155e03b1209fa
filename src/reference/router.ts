import type { ModelConfig } from '../model/config';
import { matvec } from './matvec';
import { rmsnorm } from './rmsnorm';
import { softmax } from './softmax';

export interface Route {
  /** `[dim]`: the normed input, which the experts read. */
  xn: Float64Array;
  /** `[nExperts]` */
  logits: Float64Array;
  /** Expert ids, best first: topK of them, fewer where some are left out. */
  picks: number[];
  /** Of the picks, sum 1. */
  weights: number[];
}

/** Lossy modes of routing; each is off at 0. */
export interface LossyRouting {
  /** A choice after the first that is not resident gives way to the best resident one that is no choice, if its logit is less than this lower. */
  residentMargin: number;
  /** Choices after the first of less weight than this are left out. */
  skipBelow: number;
  isResident: (expert: number) => boolean;
}

const EXACT: LossyRouting = { residentMargin: 0, skipBelow: 0, isResident: () => true };

/**
 * xn = rmsnorm(x); logits = gate * xn; the topK highest are picked (ties: the lower id first). Their weights are the softmax over the
 * picked logits alone, which equals softmax over all, renormalised (arXiv 2401.04088, section 2.1). `lossy`: what is picked instead
 * (arXiv 2412.00099 for residents). `kept`: the experts that may be picked, all by default; the logits of the others are -Infinity.
 *
 * @param x `[dim]`
 * @param norm `[dim]`
 * @param gate `[nExperts, dim]`
 */
export function router(
  c: ModelConfig,
  x: Float64Array,
  norm: Float32Array,
  gate: Float32Array,
  lossy: LossyRouting = EXACT,
  kept?: readonly number[],
): Route {
  const xn = rmsnorm(x, norm, c.normEps);
  const own = (logit: number, expert: number) => (!kept || kept.includes(expert) ? logit : Number.NEGATIVE_INFINITY);
  const logits = matvec(gate, xn).map(own);
  const picks = choose(logits, c.topK, lossy);
  const weights = Array.from(softmax(Float64Array.from(picks, (expert) => logits[expert] as number)));
  return { xn, logits, picks, weights };
}

/** The experts that are picked by a layer's logits `[nExperts]`, as {@link router} says. */
export function choose(logits: ArrayLike<number>, topK: number, lossy: LossyRouting): number[] {
  const logit = (expert: number) => logits[expert] as number;
  const ranked = Array.from(logits, (_, expert) => expert).sort((a, b) => logit(b) - logit(a) || a - b);
  const others = ranked.slice(topK).filter(lossy.isResident);
  const choices = ranked.slice(0, topK).map((choice, k) => {
    const [other] = others;
    if (k === 0 || lossy.isResident(choice) || other === undefined) return choice;
    if (logit(other) <= logit(choice) - lossy.residentMargin) return choice;
    return others.shift() as number;
  });
  const shares = softmax(Float64Array.from(choices, logit));
  return choices.filter((_, k) => k === 0 || (shares[k] as number) >= lossy.skipBelow);
}
