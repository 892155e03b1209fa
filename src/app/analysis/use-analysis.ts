import { useSyncExternalStore } from 'react';
import { useSession } from '../session-context';
import { type Analysis, analysisOf } from './analysis';
import type { AnalysisState } from './analysis-state';

export const useAnalysis = (): Analysis => analysisOf(useSession());

/** A part of the analysis. `select` must return the same value for the same state. */
export function useAnalysisState<Part>(select: (state: AnalysisState) => Part): Part {
  const { store } = useAnalysis();
  return useSyncExternalStore(store.subscribe, () => select(store.getState()));
}
