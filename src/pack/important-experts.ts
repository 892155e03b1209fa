import type { Trace } from '../protocol/trace';

/**
 * How much of each layer's output goes through each expert: the share of tokens that pick it times the mean weight that they give it, by layer and
 * expert; each layer sums to 1. What expert pruning keeps by (arXiv 2212.09811, activity times weight).
 */
export function importanceOf({ model, steps }: Trace): number[][] {
  const sums = Array.from({ length: model.nLayers }, () => new Array<number>(model.nExperts).fill(0));
  const tokens = steps.flatMap((step) => step.tokens);
  for (const { picks, scores } of tokens) {
    for (const [layer, row] of sums.entries()) {
      const experts = picks[layer] ?? [];
      const weights = experts.map((expert) => scores[layer]?.[expert] ?? 0);
      const all = weights.reduce((a, b) => a + b, 0);
      if (all === 0) continue;
      for (const [n, expert] of experts.entries())
        row[expert] = (row[expert] ?? 0) + (weights[n] ?? 0) / all / tokens.length;
    }
  }
  return sums;
}

/** The most important experts of each layer, `count` of them: ids, ascending. Of two that are as important, the lower id. */
export function mostImportant(importance: readonly (readonly number[])[], count: number): number[][] {
  return importance.map((layer) => {
    const ranked = layer.map((_, expert) => expert).sort((a, b) => (layer[b] ?? 0) - (layer[a] ?? 0) || a - b);
    return ranked.slice(0, count).sort((a, b) => a - b);
  });
}
