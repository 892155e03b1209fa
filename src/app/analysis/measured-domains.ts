import { type LayerMeasures, measureLayers } from '../../analysis/measures';
import { sumCounts } from '../../analysis/routing-counts';
import type { AnalysisResult } from './analysis-state';

/** A domain with what was measured of each layer. */
export interface MeasuredDomain {
  name: string;
  layers: LayerMeasures[];
}

export function measuredDomains({ domains }: AnalysisResult): MeasuredDomain[] {
  return domains.map(({ name, counts }) => ({ name, layers: measureLayers(counts) }));
}

/** All texts as one, tokens for tokens; null where there is only one. */
export function allTogether({ domains, model }: AnalysisResult, name: string): MeasuredDomain | null {
  if (domains.length < 2) return null;
  const shape = { nLayers: model.layers, nExperts: model.experts };
  const counts = sumCounts(
    shape,
    domains.map((domain) => domain.counts),
  );
  return { name, layers: measureLayers(counts) };
}

export const percent = (share: number): string => `${percentFigure(share)}%`;

/** As the paper writes it, for tables whose caption says percent. */
export const percentFigure = (share: number): string => (share * 100).toFixed(1);
