import type { RoutingCounts } from './routing-counts';

/** What is measured of one layer, after section 5 of the Mixtral paper (arXiv 2401.04088). Null where there was nothing to measure. */
export interface LayerMeasures {
  /** By expert: share of the tokens whose first choice it is; they sum to 1. */
  firstShares: number[];
  /** By expert: share of all picks, whichever choice; they sum to 1. The load, which the measures of balance below are of. */
  pickShares: number[];
  /** By expert: mean weight that the tokens which pick it give it; 0 where none does. */
  meanWeights: number[];
  /** Share of tokens whose first choice is that of the token before. */
  repeatedFirst: number | null;
  /** Share of tokens that have any expert in common with the token before. */
  repeatedAny: number | null;
  /** `[expert][expert]` share of the tokens that pick both; on the diagonal, that pick it. */
  together: number[][];
  /** Entropy of the load, bits: 0 where one expert takes all, log2 of their number where all take the same. */
  entropyBits: number;
  /** The largest load over the mean one; 1 where all are the same. */
  maxOverMean: number;
  /** Standard deviation of the loads over their mean (coefficient of variation); 0 where all are the same. */
  variation: number;
}

export function measureLayers({ tokens, pairs, layers }: RoutingCounts): LayerMeasures[] {
  return layers.map((layer) => {
    const pickShares = sharesOf(layer.picks);
    return {
      firstShares: sharesOf(layer.first),
      pickShares,
      meanWeights: layer.weights.map((sum, expert) => ratio(sum, layer.picks[expert] ?? 0)),
      repeatedFirst: pairs > 0 ? layer.repeatedFirst / pairs : null,
      repeatedAny: pairs > 0 ? layer.repeatedAny / pairs : null,
      together: layer.together.map((row) => row.map((count) => ratio(count, tokens))),
      entropyBits: entropyBits(pickShares),
      maxOverMean: maxOverMean(pickShares),
      variation: variation(pickShares),
    };
  });
}

/** What repetition is expected where every token's experts are drawn at random: 12.5% and 46% with 2 of 8. */
export function randomRepetition(nExperts: number, topK: number): { first: number; any: number } {
  // The token's experts all miss those of the token before, one after the other.
  let none = 1;
  for (let k = 0; k < topK; k++) none *= Math.max(0, nExperts - topK - k) / (nExperts - k);
  return { first: 1 / nExperts, any: 1 - none };
}

function entropyBits(shares: readonly number[]): number {
  const bits = shares.reduce((sum, share) => (share > 0 ? sum - share * Math.log2(share) : sum), 0);
  return Math.max(0, bits);
}

const maxOverMean = (shares: readonly number[]): number =>
  ratio(
    Math.max(...shares) * shares.length,
    shares.reduce((a, b) => a + b, 0),
  );

function variation(shares: readonly number[]): number {
  const mean = shares.reduce((a, b) => a + b, 0) / shares.length;
  const variance = shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / shares.length;
  return ratio(Math.sqrt(variance), mean);
}

function sharesOf(counts: readonly number[]): number[] {
  const all = counts.reduce((a, b) => a + b, 0);
  return counts.map((count) => ratio(count, all));
}

const ratio = (part: number, whole: number): number => (whole > 0 ? part / whole : 0);
