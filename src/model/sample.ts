import { IN_PROMPT, LEAST_TEMPERATURE } from '../gpu/kernels/sample';
import type { SamplingParams } from '../protocol/engine';

/** What the CPU can do and the kernel cannot. */
export interface Restrictions {
  /** `[id, bias]`: added to these tokens' logits. */
  bias?: readonly [number, number][] | undefined;
  /** Bit `id % 32` of word `id >> 5`: the token may be drawn. At least one must be. */
  allowed?: Int32Array | undefined;
}

/**
 * The next token from `logits` `[vocab]`, in this order: bias, penalties, the allowed tokens, temperature (0: the best token), top-k, top-p
 * over what top-k left, typical-p over what top-p left, min-p against the best that is left, one draw with `u`. Without restrictions
 * and typical-p it is what src/gpu/kernels/sample.wgsl does. Among equal logits the lower id comes first.
 *
 * Bias before penalties is vLLM's order; temperature, top-k, top-p, typical-p is Hugging Face's. Repetition penalty as in CTRL (arXiv
 * 1909.05858, section 4.1; positive logits are divided, others multiplied) over prompt and answer; frequency and presence penalties as
 * in OpenAI's API over the answer; top-p as in arXiv 1904.09751 and typical-p as in arXiv 2202.00666: the fewest tokens that reach it.
 *
 * @param counts `[vocab]`; bit 31: the token occurs in the prompt; the rest: how often it was generated (`countTokens`)
 * @param u in [0, 1) (`uniformNumber`)
 */
export function sample(
  logits: Float32Array,
  counts: Uint32Array,
  params: SamplingParams,
  u: number,
  restrictions: Restrictions = {},
): number {
  const scores = score(logits, counts, params, restrictions);
  const best = bestOf(scores);
  if (best < 0) return restrictions.allowed ? firstAllowed(restrictions.allowed) : 0;
  if (params.temperature < LEAST_TEMPERATURE) return best;
  const weights = weigh(scores, scores[best] as number, params.temperature);
  const draws = filter(scores, weights, params);
  return draw(draws, weights, u) ?? best;
}

/** What the penalties count: the words of `counts`. */
export function countTokens(vocabSize: number, promptIds: readonly number[], generated: readonly number[]) {
  const counts = new Uint32Array(vocabSize);
  for (const id of promptIds) counts[id] = IN_PROMPT;
  for (const id of generated) counts[id] = (counts[id] ?? 0) + 1;
  return counts;
}

function score(logits: Float32Array, counts: Uint32Array, p: SamplingParams, { bias, allowed }: Restrictions) {
  const scores = logits.slice();
  for (const [id, add] of bias ?? []) scores[id] = (scores[id] ?? 0) + add;
  const penalised = p.repetitionPenalty !== 1 || p.frequencyPenalty !== 0 || p.presencePenalty !== 0;
  for (let id = 0; id < scores.length; id++) {
    const count = counts[id] as number;
    if (penalised && count !== 0) scores[id] = penalise(scores[id] as number, count, p);
    if (allowed && !isAllowed(allowed, id)) scores[id] = Number.NEGATIVE_INFINITY;
  }
  return scores;
}

function penalise(logit: number, count: number, p: SamplingParams): number {
  const times = count & ~IN_PROMPT;
  const repeated = logit > 0 ? logit / p.repetitionPenalty : logit * p.repetitionPenalty;
  return repeated - p.frequencyPenalty * times - (times > 0 ? p.presencePenalty : 0);
}

export function isAllowed(allowed: Int32Array, id: number): boolean {
  return (((allowed[id >> 5] ?? 0) >>> (id & 31)) & 1) === 1;
}

function firstAllowed(allowed: Int32Array): number {
  const word = allowed.findIndex((bits) => bits !== 0);
  return word * 32 + (31 - Math.clz32((allowed[word] ?? 0) & -(allowed[word] ?? 0)));
}

/** -1 where no score is above minus infinity. */
function bestOf(scores: Float32Array): number {
  let best = -1;
  let highest = Number.NEGATIVE_INFINITY;
  for (let id = 0; id < scores.length; id++) {
    const value = scores[id] as number;
    if (value > highest) [best, highest] = [id, value];
  }
  return best;
}

/** Unnormalised probabilities by id, 1 for the best token; too small a share counts as none. */
function weigh(scores: Float32Array, top: number, temperature: number): Float64Array {
  const weights = new Float64Array(scores.length);
  for (let id = 0; id < scores.length; id++) {
    const z = ((scores[id] as number) - top) / temperature;
    if (z > -80) weights[id] = Math.exp(z);
  }
  return weights;
}

/** The ids that top-k, top-p, typical-p and min-p leave, in any order. */
function filter(scores: Float32Array, weights: Float64Array, p: SamplingParams): Uint32Array {
  let kept = p.topK > 0 || p.topP < 1 ? inOrder(scores, weights) : idsWhere(weights, (weight) => weight > 0);
  if (p.topK > 0) kept = kept.subarray(0, p.topK);
  if (p.topP < 1) kept = kept.subarray(0, countToReach(kept, weights, p.topP * total(kept, weights)));
  if (p.typicalP < 1) kept = typical(kept, weights, p.typicalP);
  if (p.minP > 0) {
    const least = p.minP * kept.reduce((most, id) => Math.max(most, weights[id] as number), 0);
    kept = kept.filter((id) => (weights[id] as number) >= least);
  }
  return kept;
}

/** 2^20 ids fit beside 32 bits of score in a double, which sorts faster than objects. */
const ID_RANGE = 2 ** 20;

/** The ids of some weight, the highest score first, of equal ones the lowest id. */
function inOrder(scores: Float32Array, weights: Float64Array): Uint32Array {
  const bits = new Uint32Array(scores.buffer, scores.byteOffset, scores.length);
  const ids = idsWhere(weights, (weight) => weight > 0);
  const keys = Float64Array.from(ids, (id) => descending(bits[id] as number) * ID_RANGE + id).sort();
  return Uint32Array.from(keys, (key) => key % ID_RANGE);
}

/** A float's bits as a whole number that falls as the float rises; both zeros are one. */
function descending(bits: number): number {
  if (bits === 0x80000000) return 0x7fffffff;
  return bits >= 0x80000000 ? bits : 0x7fffffff - bits;
}

/** The tokens whose surprise is nearest to the entropy, down to the first at which they reach the share; equal ones stay together. */
function typical(kept: Uint32Array, weights: Float64Array, share: number): Uint32Array {
  const whole = total(kept, weights);
  const surprise = (id: number) => -Math.log((weights[id] as number) / whole);
  const entropy = kept.reduce((sum, id) => sum + ((weights[id] as number) / whole) * surprise(id), 0);
  const distances = Float64Array.from(kept, (id) => Math.abs(surprise(id) - entropy));
  const nearest = kept.map((_, i) => i).sort((a, b) => (distances[a] as number) - (distances[b] as number));
  const order = nearest.map((i) => kept[i] as number);
  const last = nearest[countToReach(order, weights, share * whole) - 1] as number;
  return kept.filter((_, i) => (distances[i] as number) <= (distances[last] as number));
}

/** How many of `ids`, from the first on, reach `goal` in weight: all, where rounding keeps them below it. */
function countToReach(ids: Uint32Array, weights: Float64Array, goal: number): number {
  let reached = 0;
  const at = ids.findIndex((id) => {
    reached += weights[id] as number;
    return reached >= goal;
  });
  return at < 0 ? ids.length : at + 1;
}

/** Walks the ids upward until the weight passed exceeds the share `u` of it. */
function draw(ids: Uint32Array, weights: Float64Array, u: number): number | undefined {
  const goal = u * total(ids, weights);
  let passed = 0;
  const upward = ids.slice().sort();
  return (
    upward.find((id) => {
      passed += weights[id] as number;
      return passed > goal;
    }) ?? upward.at(-1)
  );
}

const total = (ids: Uint32Array, weights: Float64Array) => ids.reduce((sum, id) => sum + (weights[id] as number), 0);

function idsWhere(weights: Float64Array, holds: (weight: number) => boolean): Uint32Array {
  const ids = new Uint32Array(weights.length);
  let count = 0;
  for (let id = 0; id < weights.length; id++) if (holds(weights[id] as number)) ids[count++] = id;
  return ids.slice(0, count);
}

/**
 * The draw of the token at position `index`: [0, 1) in steps of 2^-24. pcg2d of (seed, index), from Jarzynski and Olano, Hash Functions for
 * GPU Rendering, JCGT 9(3), 2020.
 */
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
