import { type AnswerRoute, LEFT_OUT } from './answer-route';

/** How two answers' routes differ in a layer. */
export interface LayerComparison {
  /** By expert, share of the answer's picks in this layer, 0..1. */
  a: number[];
  b: number[];
  /** 1 minus the total variation distance of the two, 0..1: what share of the picks goes the same way. */
  overlap: number;
  /** Jensen-Shannon divergence of the two, bits, 0..1 (Lin 1991, doi:10.1109/18.61115). */
  divergence: number;
}

/** Layer by layer; null where the two are of models of different shapes, or one has no picks at all. */
export function compareRoutes(a: AnswerRoute, b: AnswerRoute): LayerComparison[] | null {
  if (a.layers !== b.layers || a.experts !== b.experts) return null;
  const [sharesA, sharesB] = [sharesByLayer(a), sharesByLayer(b)];
  if (!sharesA || !sharesB) return null;
  return sharesA.map((p, layer) => {
    const q = sharesB[layer] ?? [];
    return { a: p, b: q, overlap: 1 - totalVariation(p, q), divergence: jensenShannon(p, q) };
  });
}

/** `[layer][expert]` shares of the picks, a layer's sum to 1; null where a layer has none. */
export function sharesByLayer(route: AnswerRoute): number[][] | null {
  const { layers, experts, topK, picks } = route;
  const counts = Array.from({ length: layers }, () => new Array<number>(experts).fill(0));
  picks.forEach((expert, index) => {
    const layer = counts[Math.floor(index / topK) % layers];
    if (layer && expert !== LEFT_OUT) layer[expert] = (layer[expert] ?? 0) + 1;
  });
  const totals = counts.map((layer) => layer.reduce((a, b) => a + b, 0));
  if (totals.some((total) => total === 0)) return null;
  return counts.map((layer, l) => layer.map((count) => count / (totals[l] ?? 1)));
}

/** Half the sum of the differences, 0..1. */
export function totalVariation(p: readonly number[], q: readonly number[]): number {
  return p.reduce((sum, share, i) => sum + Math.abs(share - (q[i] ?? 0)), 0) / 2;
}

/** Mean of the divergences of both from their mean, bits: 0 where they are the same, 1 where they share nothing. */
export function jensenShannon(p: readonly number[], q: readonly number[]): number {
  const mean = p.map((share, i) => (share + (q[i] ?? 0)) / 2);
  const bits = (of: readonly number[]): number =>
    of.reduce((sum, share, i) => (share > 0 ? sum + share * Math.log2(share / (mean[i] ?? 1)) : sum), 0);
  return Math.min(1, Math.max(0, (bits(p) + bits(q)) / 2));
}
