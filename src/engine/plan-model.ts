import type { Gpu } from '../gpu/device';
import type { Extent } from '../model/buffers';
import type { ModelConfig } from '../model/config';
import { standInBytes } from '../model/stand-ins';
import { fixedBytes, slotBytes } from '../pack/footprint';
import type { PackLayout } from '../pack/layout';
import { type BudgetPlan, planBudget } from '../paging/budget';

export interface ModelPlan extends BudgetPlan {
  /** 2-bit copies of experts that there is room for; among `fixedBytes`, but not among the least. */
  standIns: number;
}

/** Share of the memory for experts that goes to their 2-bit copies at most, where those are wanted. */
const STAND_IN_SHARE = 0.5;

/**
 * How a budget is cut for a model on this adapter; none asks for every expert. Throws `budget-too-small`, and `request-invalid` for stand-ins of
 * a model that cannot have them.
 */
export function planModel(
  gpu: Gpu,
  pack: PackLayout,
  extent: Extent,
  budgetBytes?: number,
  withStandIns = false,
): ModelPlan {
  const [slot, fixed] = [slotBytes(pack), fixedBytes(pack, extent)];
  const exact = planBudget(pack.config, gpu.limits, slot, fixed, budgetBytes);
  const copyBytes = withStandIns ? standInBytes(pack) : 0;
  const spare = exact.budgetBytes - exact.leastBytes;
  if (copyBytes === 0 || holdsAll(pack.config, exact)) return { ...exact, standIns: 0 };
  const { nLayers, nExperts } = pack.config;
  const standIns = Math.min(nLayers * nExperts, Math.floor((spare * STAND_IN_SHARE) / copyBytes));
  const plan = planBudget(pack.config, gpu.limits, slot, fixed + standIns * copyBytes, exact.budgetBytes);
  return { ...plan, leastBytes: exact.leastBytes, mostBytes: exact.mostBytes, standIns };
}

/** Whether every expert has a slot. */
export const holdsAll = (c: ModelConfig, { slots }: BudgetPlan): boolean => slots === c.nLayers * c.nExperts;
