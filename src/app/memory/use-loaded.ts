import { useState } from 'react';
import type { BudgetInfo, ModelInfo } from '../../protocol/engine';
import { useAppState } from '../session-context';

export interface Loaded {
  info: ModelInfo;
  budget: BudgetInfo;
}

/** The model that is loaded, or that was until it is loaded again: what is being typed here stays while it is. */
export function useLoaded(): Loaded | null {
  const { id, info, budget } = useAppState((state) => state.model);
  const [last, setLast] = useState<Loaded | null>(null);
  if (info && budget && (last?.info !== info || last.budget !== budget)) setLast({ info, budget });
  return last?.info.id === id ? last : null;
}
