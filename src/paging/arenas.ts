import type { Gpu } from '../gpu/device';
import { USAGE } from '../gpu/usage';
import { MixtabError } from '../protocol/errors';
import type { BudgetPlan } from './budget';

/** Share of the slots that is tried again when the GPU refuses what the plan wants. */
const RETRY_SHARE = 0.8;

export interface Arenas {
  plan: BudgetPlan;
  buffers: GPUBuffer[];
}

/**
 * Allocates the arenas of a plan. Where the GPU refuses, asks for fewer slots until what fits is the pool, and so returns a smaller plan than
 * was asked for. Throws `gpu-out-of-memory` when not even the least fits.
 */
export async function allocateArenas(
  gpu: Gpu,
  planFor: (budgetBytes?: number) => BudgetPlan,
  budgetBytes?: number,
): Promise<Arenas> {
  const usage = USAGE.storage | USAGE.copyTarget | USAGE.copySource;
  let plan = planFor(budgetBytes);
  for (;;) {
    try {
      const requests = plan.arenas.map((arena, i) => ({
        label: `arena ${i}`,
        bytes: arena.slots * plan.slotBytes,
        usage,
      }));
      return { plan, buffers: await gpu.memory.create(requests) };
    } catch (error) {
      const fewer = plan.fixedBytes + Math.floor(plan.slots * RETRY_SHARE) * plan.slotBytes;
      const refused = error instanceof MixtabError && error.code === 'gpu-out-of-memory';
      if (!refused || fewer < plan.leastBytes) throw error;
      plan = planFor(fewer);
    }
  }
}
