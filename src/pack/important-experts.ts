/** The most important experts of each layer, `count` of them: ids, ascending. Of two that are as important, the lower id. */
export function mostImportant(importance: readonly (readonly number[])[], count: number): number[][] {
  return importance.map((layer) => {
    const ranked = layer.map((_, expert) => expert).sort((a, b) => (layer[b] ?? 0) - (layer[a] ?? 0) || a - b);
    return ranked.slice(0, count).sort((a, b) => a - b);
  });
}
