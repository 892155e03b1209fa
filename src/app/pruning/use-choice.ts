import { useState } from 'react';
import { type ImportanceMethod, miscounts, suggestKept, toggled } from '../../analysis/expert-choice';
import { measureLayers } from '../../analysis/measures';
import { type RoutingCounts, sumCounts } from '../../analysis/routing-counts';
import type { AnalysisResult } from '../analysis/analysis-state';

/** Which experts are to be kept, and how they were chosen. */
export interface Choice {
  /** Index of the text by which they were chosen; -1: all together. */
  by: number;
  method: ImportanceMethod;
  keep: number;
  /** By layer, ascending. */
  kept: number[][];
  /** Changed by hand. */
  byHand: boolean;
  /** `[layer][expert]` share of the picks, in the text that they are chosen by. */
  shares: number[][];
  uneven: { layer: number; by: number }[];
  /** Something is left out, and it is the same in every layer. */
  isWhole: boolean;
}

export interface ChoiceActions {
  choose(change: Partial<Pick<Choice, 'by' | 'method' | 'keep'>>): void;
  toggle(layer: number, expert: number): void;
  suggest(): void;
}

/** The choice of experts for an analysis: as the figures suggest it, until it is changed by hand. */
export function useChoice(result: AnalysisResult): Choice & ChoiceActions {
  const { experts, topK } = result.model;
  const [by, setBy] = useState(-1);
  const [method, setMethod] = useState<ImportanceMethod>('weighted');
  const [keep, setKeep] = useState(() => Math.max(topK, Math.ceil(experts / 2)));
  const [manual, setManual] = useState<number[][] | null>(null);
  const counts = countsBy(result, by);
  const kept = manual ?? suggestKept(counts, method, keep);
  const uneven = miscounts(kept, keep);
  return {
    by,
    method,
    keep,
    kept,
    byHand: manual !== null,
    shares: measureLayers(counts).map(({ pickShares }) => pickShares),
    uneven,
    isWhole: keep < experts && uneven.length === 0,
    choose(change) {
      if (change.by !== undefined) setBy(change.by);
      if (change.method !== undefined) setMethod(change.method);
      if (change.keep !== undefined) setKeep(change.keep);
      setManual(null);
    },
    toggle: (layer, expert) => setManual(toggled(kept, layer, expert)),
    suggest: () => setManual(null),
  };
}

function countsBy({ domains, model }: AnalysisResult, by: number): RoutingCounts {
  const one = domains[by]?.counts;
  if (one) return one;
  return sumCounts(
    { nLayers: model.layers, nExperts: model.experts },
    domains.map(({ counts }) => counts),
  );
}
