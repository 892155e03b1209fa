/** What a run of the model said to one token. */
export interface DecodedToken {
  /** By layer. */
  picks: number[][];
  /** Float32 `[vocab]`. */
  logits: Float32Array;
}

/** Sums over tokens of two runs over the same texts, the exact one and another. */
export interface Comparison {
  /** Nats: minus the logarithm of the probability that the other run gave the token that does come next; over `predicted` tokens. */
  nll: number;
  predicted: number;
  /** Nats: KL(exact || other) of the next token's distribution; over `positions`. */
  kl: number;
  positions: number;
  /** Picks that are in only one of the runs, at the same token and layer, of `picks`, those of whichever run made more. */
  changedPicks: number;
  picks: number;
}

/** Adds one text. */
export function compare(sums: Comparison, ids: number[], exact: DecodedToken[], other: DecodedToken[]): void {
  for (const [t, { logits, picks }] of other.entries()) {
    const twin = exact[t];
    if (!twin) throw new Error(`comparison: expected ${other.length} tokens of the exact run, got ${exact.length}`);
    const own = logProbabilities(logits);
    const next = ids[t + 1];
    if (next !== undefined) {
      sums.nll -= own[next] ?? Number.NaN;
      sums.predicted++;
    }
    sums.kl += logProbabilities(twin.logits).reduce((sum, p, id) => sum + Math.exp(p) * (p - (own[id] as number)), 0);
    sums.positions++;
    for (const [layer, experts] of picks.entries()) {
      const exactly = twin.picks[layer] ?? [];
      const most = Math.max(experts.length, exactly.length);
      sums.changedPicks += most - experts.filter((expert) => exactly.includes(expert)).length;
      sums.picks += most;
    }
  }
}

function logProbabilities(logits: Float32Array): Float64Array {
  const highest = logits.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const total = Math.log(logits.reduce((sum, v) => sum + Math.exp(v - highest), 0)) + highest;
  return Float64Array.from(logits, (v) => v - total);
}
