import type { LossyOptions } from '../../protocol/paging';

/** What a lossy mode gained and cost, as shares of the exact run's. */
export interface LossyCost {
  mode: LossyOptions;
  missesSaved: number;
  perplexity: number;
  picksChanged: number;
}

/**
 * As `mixtab bench lossy` measured them on the embedded model, with room for half of its experts: rows of the table in bench/results.md,
 * against which a test holds them.
 */
export const LOSSY_COSTS: readonly LossyCost[] = [
  { mode: { residentMargin: 0.5 }, missesSaved: 0.313, perplexity: 0.009, picksChanged: 0.12 },
  { mode: { residentMargin: 1 }, missesSaved: 0.431, perplexity: 0.018, picksChanged: 0.174 },
  { mode: { residentMargin: 2 }, missesSaved: 0.508, perplexity: 0.021, picksChanged: 0.213 },
  { mode: { skipBelow: 0.2 }, missesSaved: 0.169, perplexity: 0.004, picksChanged: 0.146 },
  { mode: { skipBelow: 0.35 }, missesSaved: 0.349, perplexity: 0.005, picksChanged: 0.328 },
  { mode: { topK: 1 }, missesSaved: 0.577, perplexity: 0.034, picksChanged: 0.503 },
  { mode: { standIns: true }, missesSaved: -0.698, perplexity: 0.022, picksChanged: 0.029 },
];

/** Of one mode at one strength; undefined where it was not measured. */
export function costOf<Mode extends keyof LossyOptions>(mode: Mode, value: LossyOptions[Mode]): LossyCost | undefined {
  return LOSSY_COSTS.find((cost) => cost.mode[mode] !== undefined && cost.mode[mode] === value);
}

/** Strengths of a mode that were measured, the mildest first. */
export function strengthsOf(mode: 'residentMargin' | 'skipBelow'): number[] {
  return LOSSY_COSTS.flatMap((cost) => cost.mode[mode] ?? []);
}
