import type { GpuLimits } from '../gpu/device';
import type { ModelConfig } from '../model/config';
import type { BudgetInfo } from '../protocol/engine';
import { MixtabError } from '../protocol/errors';
import type { ArenaPlan } from './slots';

export interface BudgetPlan extends BudgetInfo {
  arenas: ArenaPlan[];
}

/**
 * Cuts a budget into slots and arenas. An arena is one buffer and one binding, so its size is bounded by the adapter; every arena needs
 * top_k slots, the picks of one layer.
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

/**
 * Slots of an arena, in layers' worth of experts, below which the pool is not divided further. Layers that share a pool lend each other
 * slots: simulated on routing like Mixtral's under the default policy, pools of two layers' worth hit 1 point less than one pool for all,
 * pools of one layer's worth 2 points. Smaller arenas make a change of budget cheap: it loses what lies in one of them, as a rule (resize.ts).
 */
const ARENA_LAYERS = 2;

/**
 * Layers spread evenly over the arenas; then slots, one by one, to the arena that has the fewest for its layers. The arenas are 1, 2, 4, ..,
 * where the adapter allows, so that those of one budget are halves or pairs of those of another and a change of budget moves little.
 */
function spread(config: ModelConfig, slots: number, perArena: number): ArenaPlan[] {
  const { nLayers, nExperts, topK } = config;
  const roomy = 2 ** Math.floor(Math.log2(Math.max(1, slots / (ARENA_LAYERS * nExperts))));
  const bound = 2 ** Math.ceil(Math.log2(slots / perArena));
  const count = Math.min(Math.max(roomy, bound), Math.floor(slots / topK), nLayers);
  const plan = layersOver(nLayers, Array<number>(count).fill(1)).map((part): ArenaPlan => ({ ...part, slots: topK }));
  for (let spare = slots - count * topK; spare > 0; spare--) {
    const open = plan.filter((arena) => arena.slots < Math.min(perArena, arena.layers * nExperts));
    if (open.length === 0) break;
    open.reduce((a, b) => (b.slots / b.layers < a.slots / a.layers ? b : a)).slots++;
  }
  return plan;
}

/** Runs of consecutive layers, as long as their shares say, at least one layer each; there are at least as many layers as shares. */
export function layersOver(nLayers: number, shares: readonly number[]): { firstLayer: number; layers: number }[] {
  const whole = shares.reduce((a, b) => a + b, 0);
  let [firstLayer, upTo] = [0, 0];
  return shares.map((share, i) => {
    upTo += share;
    const end = Math.round((upTo * nLayers) / whole);
    const layers = Math.min(Math.max(1, end - firstLayer), nLayers - firstLayer - (shares.length - 1 - i));
    firstLayer += layers;
    return { firstLayer: firstLayer - layers, layers };
  });
}

/** Megabytes (10^6), rounded up, as `--budget-mb` takes them. */
const inMb = (bytes: number): number => Math.ceil(bytes / 1e6);
