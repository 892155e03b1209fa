import { mostImportant } from '../pack/important-experts';
import { measureLayers } from './measures';
import type { RoutingCounts } from './routing-counts';

/** What makes an expert worth keeping: its share of the picks, or that times the mean weight that they give it (arXiv 2212.09811). */
export type ImportanceMethod = 'activity' | 'weighted';

/** `[layer][expert]` importance. */
export function importances(counts: RoutingCounts, method: ImportanceMethod): number[][] {
  return measureLayers(counts).map(({ pickShares, meanWeights }) =>
    pickShares.map((share, expert) => (method === 'activity' ? share : share * (meanWeights[expert] ?? 0))),
  );
}

/** The most important `keep` experts of each layer, ascending. */
export function suggestKept(counts: RoutingCounts, method: ImportanceMethod, keep: number): number[][] {
  return mostImportant(importances(counts, method), keep);
}

/** The same choice but for one expert, which is taken in or left out. */
export function toggled(kept: readonly (readonly number[])[], layer: number, expert: number): number[][] {
  return kept.map((ids, l) => {
    if (l !== layer) return [...ids];
    if (ids.includes(expert)) return ids.filter((id) => id !== expert);
    return [...ids, expert].sort((a, b) => a - b);
  });
}

/** Layers that keep more or fewer than they should, and by how many: negative where some are missing. */
export function miscounts(kept: readonly (readonly number[])[], keep: number): { layer: number; by: number }[] {
  return kept.map((ids, layer) => ({ layer, by: ids.length - keep })).filter(({ by }) => by !== 0);
}
