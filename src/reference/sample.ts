import type { SamplingParams } from '../protocol/engine';

export interface Sampled {
  token: number;
  /**
   * Least share of probability by which a filter or the draw would have to be off to give another token. Another way of summing may
   * differ where it is near 0.
   */
  margin: number;
}

interface Candidate {
  id: number;
  logit: number;
  weight: number;
}

/**
 * The next token from `logits` `[vocab]`: penalties, then temperature (0: the best token), top-k, top-p over what top-k left, min-p
 * against the best, one draw with the number that `seed` and `index` give. Among equal logits the lower id comes first.
 *
 * Repetition penalty as in CTRL (arXiv 1909.05858, section 4.1; positive logits are divided, others multiplied) over prompt and answer;
 * frequency and presence penalties as in OpenAI's API over the answer; top-p as in arXiv 1904.09751: the fewest tokens that reach it.
 *
 * @param counts `[vocab]`; bit 31: the token occurs in the prompt; the rest: how often it was generated
 * @param index position of the new token
 */
export function sample(logits: Float32Array, counts: Uint32Array, params: SamplingParams, index: number): Sampled {
  const order = Array.from(logits, (logit, id) => ({ id, logit: penalise(logit, counts[id] ?? 0, params), weight: 1 }));
  order.sort((a, b) => b.logit - a.logit || a.id - b.id);
  const best = order[0] as Candidate;
  if (params.temperature === 0) return { token: best.id, margin: 1 };

  for (const candidate of order) candidate.weight = Math.exp((candidate.logit - best.logit) / params.temperature);
  const limited = params.topK > 0 ? order.slice(0, params.topK) : order;
  const nucleus = reach(limited, params.topP);
  const kept = nucleus.kept.filter(({ weight }) => weight >= params.minP);
  const minMargin =
    params.minP === 0 ? 1 : Math.min(...nucleus.kept.map(({ weight }) => Math.abs(weight - params.minP)));
  const drawn = draw(kept, uniformNumber(params.seed, index));
  return { token: drawn.token, margin: Math.min(nucleus.margin, minMargin, drawn.margin) };
}

function penalise(logit: number, count: number, p: SamplingParams): number {
  if (count === 0) return logit;
  const times = count & 0x7fffffff;
  const repeated = logit > 0 ? logit / p.repetitionPenalty : logit * p.repetitionPenalty;
  return repeated - p.frequencyPenalty * times - (times > 0 ? p.presencePenalty : 0);
}

function reach(order: Candidate[], topP: number): { kept: Candidate[]; margin: number } {
  if (topP >= 1) return { kept: order, margin: 1 };
  const total = sum(order);
  let share = 0;
  for (const [index, { weight }] of order.entries()) {
    const before = share;
    share += weight / total;
    if (share >= topP) return { kept: order.slice(0, index + 1), margin: Math.min(share - topP, topP - before) };
  }
  return { kept: order, margin: 0 };
}

/** Walks the ids upward until the share passed exceeds `u`. */
function draw(kept: Candidate[], u: number): Sampled {
  const total = sum(kept);
  let share = 0;
  for (const { id, weight } of kept.toSorted((a, b) => a.id - b.id)) {
    const before = share;
    share += weight / total;
    if (share > u) return { token: id, margin: Math.min(share - u, kept.length === 1 ? 1 : u - before) };
  }
  return { token: kept[0]?.id ?? 0, margin: 0 };
}

const sum = (candidates: Candidate[]) => candidates.reduce((total, { weight }) => total + weight, 0);

/** [0, 1) in steps of 2^-24: pcg2d of (seed, index), from Jarzynski and Olano, Hash Functions for GPU Rendering, JCGT 9(3), 2020. */
export function uniformNumber(seed: number, index: number): number {
  let x = Math.imul(seed, 1664525) + 1013904223;
  let y = Math.imul(index, 1664525) + 1013904223;
  for (let i = 0; i < 2; i++) {
    x = (x + Math.imul(y, 1664525)) >>> 0;
    y = (y + Math.imul(x, 1664525)) >>> 0;
    x ^= x >>> 16;
    y ^= y >>> 16;
  }
  return (x >>> 8) / 2 ** 24;
}
