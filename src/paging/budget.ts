import type { GpuLimits } from '../gpu/device';
import type { ModelConfig } from '../model/config';
import type { BudgetInfo } from '../protocol/engine';
import { MixtabError } from '../protocol/errors';
import type { ArenaPlan } from './slots';

export interface BudgetPlan extends BudgetInfo {
  arenas: ArenaPlan[];
}

/**
 * Cuts a budget into slots and arenas. An arena is one buffer and one binding, so its size is bounded by the adapter; layers are spread
 * over as few arenas as that bound allows, and every arena needs top_k slots, the picks of one layer.
 * Throws `budget-too-small`, whose data names the least legal budget, and `adapter-unsupported` when not even one arena of top_k fits.
 */
export function planBudget(
  config: ModelConfig,
  limits: GpuLimits,
  slotBytes: number,
  fixedBytes: number,
  budgetBytes?: number,
): BudgetPlan {
  const experts = config.nLayers * config.nExperts;
  const perArena = Math.floor(Math.min(limits.maxBindingBytes, limits.maxBufferBytes) / slotBytes);
  if (perArena < config.topK) {
    throw new MixtabError(
      'adapter-unsupported',
      `graphics adapter: expected bindings of ${config.topK * slotBytes} bytes for ${config.topK} experts, got ${limits.maxBindingBytes}`,
      'This model needs a graphics adapter that binds larger buffers.',
    );
  }
  const leastBytes = fixedBytes + config.topK * slotBytes;
  const mostBytes = fixedBytes + experts * slotBytes;
  const budget = budgetBytes ?? mostBytes;
  if (!Number.isFinite(budget) || budget < leastBytes) {
    throw new MixtabError(
      'budget-too-small',
      `GPU memory budget: expected at least ${leastBytes} bytes (${inMb(leastBytes)} MB), got ${budget}`,
      `Give it ${inMb(leastBytes)} MB or more, or a shorter context.`,
      { leastBytes, budgetBytes: budget },
    );
  }
  const slots = Math.min(experts, Math.floor((budget - fixedBytes) / slotBytes));
  const arenas = spread(config, slots, perArena);
  const placed = arenas.reduce((sum, arena) => sum + arena.slots, 0);
  return { budgetBytes: budget, leastBytes, mostBytes, fixedBytes, slotBytes, slots: placed, arenas };
}

/** As few arenas as hold the slots, layers spread evenly over them; then slots, one by one, to the arena that has the fewest for its layers. */
function spread(config: ModelConfig, slots: number, perArena: number): ArenaPlan[] {
  const { nLayers, nExperts, topK } = config;
  const count = Math.min(Math.ceil(slots / perArena), Math.floor(slots / topK), nLayers);
  const plan = Array.from({ length: count }, (_, i): ArenaPlan => {
    const firstLayer = Math.round((i * nLayers) / count);
    return { firstLayer, layers: Math.round(((i + 1) * nLayers) / count) - firstLayer, slots: topK };
  });
  for (let spare = slots - count * topK; spare > 0; spare--) {
    const open = plan.filter((arena) => arena.slots < Math.min(perArena, arena.layers * nExperts));
    if (open.length === 0) break;
    open.reduce((a, b) => (b.slots / b.layers < a.slots / a.layers ? b : a)).slots++;
  }
  return plan;
}

/** Megabytes (10^6), rounded up, as `--budget-mb` takes them. */
const inMb = (bytes: number): number => Math.ceil(bytes / 1e6);
