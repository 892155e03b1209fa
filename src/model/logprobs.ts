/** A token's natural log probability. */
export interface Logprob {
  id: number;
  logprob: number;
}

/**
 * Log softmax of a row of logits at `id`, and at the `top` likeliest tokens, the likeliest first, of equal ones the lowest id. Sums are taken in
 * double precision.
 */
export function logprobsOf(logits: Float32Array, id: number, top: number): Logprob & { top: Logprob[] } {
  const normaliser = logSumExp(logits);
  const of = (token: number): Logprob => ({ id: token, logprob: (logits[token] as number) - normaliser });
  return { ...of(id), top: likeliest(logits, top).map(of) };
}

/** Log softmax of a row of logits at `id`, in double precision. */
export function logprobOf(logits: Float32Array, id: number): number {
  return (logits[id] as number) - logSumExp(logits);
}

function logSumExp(logits: Float32Array): number {
  let highest = Number.NEGATIVE_INFINITY;
  for (const logit of logits) if (logit > highest) highest = logit;
  let sum = 0;
  for (const logit of logits) sum += Math.exp(logit - highest);
  return highest + Math.log(sum);
}

/** One pass with a list of the best so far: `count` is at most 20. */
function likeliest(logits: Float32Array, count: number): number[] {
  const best: number[] = [];
  const logitOf = (id: number | undefined) => (id === undefined ? Number.NEGATIVE_INFINITY : (logits[id] as number));
  if (count === 0) return best;
  for (let id = 0; id < logits.length; id++) {
    if (best.length === count && logitOf(id) <= logitOf(best.at(-1))) continue;
    const place = best.findIndex((other) => logitOf(other) < logitOf(id));
    best.splice(place < 0 ? best.length : place, 0, id);
    if (best.length > count) best.pop();
  }
  return best;
}
