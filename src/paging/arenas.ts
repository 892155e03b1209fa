import type { Gpu } from '../gpu/device';
import { USAGE } from '../gpu/usage';
import { MixtabError } from '../protocol/errors';
import type { BudgetPlan } from './budget';
import type { PolicyShape } from './policy';
import { type HeldArena, type Move, type Resized, type ResizeStep, resize } from './resize';
import type { Slots } from './slots';

/** Share of the slots above the least that is asked for next when the GPU refuses an arena. */
const RETRY_SHARE = 0.75;

export interface Arenas {
  /** What was granted: its budget is the one that was asked for only if all of its slots were. */
  plan: BudgetPlan;
  buffers: GPUBuffer[];
}

export interface ResizedArenas extends Arenas {
  /** Experts that are resident still, and the slot of its arena in which each lies now. */
  placed: { key: number; slot: number }[];
  /** Keys of experts that had to go though there is a slot for them; those most worth loading again first. */
  lost: number[];
}

/**
 * Allocates the arenas of a plan, one after the other. One that the GPU refuses is asked for with fewer slots, and those before it stay; what
 * fitted is the pool, with the layers spread over it. Throws `gpu-out-of-memory`, with nothing kept, when not even top_k slots fit.
 */
export function allocateArenas(gpu: Gpu, shape: PolicyShape, plan: BudgetPlan): Promise<Arenas> {
  return carryOut(gpu, shape, plan, [], [], []);
}

/**
 * Goes over from one plan to another, and keeps as many residents as fit: they are copied on the GPU, which at no moment holds more than the
 * larger plan. No expert may be on its way into a slot. Whatever is thrown, no arena is left: `gpu-out-of-memory` when not even top_k slots fit.
 */
export function resizeArenas(
  gpu: Gpu,
  shape: PolicyShape,
  before: { buffers: readonly GPUBuffer[]; slots: Slots },
  plan: BudgetPlan,
): Promise<ResizedArenas> {
  const { buffers, slots } = before;
  const holders = slots.holders();
  const held = slots.arenas.map((arena, i): HeldArena => ({ ...arena, keys: holders[i] ?? [] }));
  return carryOut(gpu, shape, plan, buffers, held, slots.leaving());
}

async function carryOut(
  gpu: Gpu,
  shape: PolicyShape,
  plan: BudgetPlan,
  before: readonly GPUBuffer[],
  held: readonly HeldArena[],
  leaving: readonly number[],
): Promise<ResizedArenas> {
  const { slotBytes } = plan;
  const after = new Map<number, GPUBuffer>();
  const steps = resize(shape, held, plan.arenas, leaving);

  /** Returns the slots that were granted, where any were asked for. */
  const take = async (step: ResizeStep): Promise<number> => {
    switch (step.do) {
      case 'keep':
        after.set(step.arena, before[step.from] as GPUBuffer);
        return 0;
      case 'create': {
        const buffer = await grant(gpu, step, slotBytes);
        if (buffer) after.set(step.arena, buffer);
        return buffer ? buffer.size / slotBytes : 0;
      }
      case 'move':
        copySlots(gpu, before, after.get(step.arena) as GPUBuffer, step.moves, slotBytes);
        return 0;
      case 'free':
        // A destroyed buffer's memory is held until the work that uses it is done. A lost device shows at the next step of the model.
        await gpu.device.queue.onSubmittedWorkDone().catch(() => {});
        gpu.memory.free(before[step.from] as GPUBuffer);
        return 0;
    }
  };

  try {
    let next = steps.next(0);
    while (!next.done) next = steps.next(await take(next.value));
    return granted(plan, next.value, after);
  } catch (error) {
    for (const buffer of [...before, ...after.values()]) gpu.memory.free(buffer);
    throw error;
  }
}

/** An arena with as many slots as the GPU grants; null when it refuses the least. */
async function grant(
  gpu: Gpu,
  { arena, slots, least }: { arena: number; slots: number; least: number },
  slotBytes: number,
): Promise<GPUBuffer | null> {
  const usage = USAGE.storage | USAGE.copyTarget | USAGE.copySource;
  for (let ask = slots; ; ask = least + Math.floor((ask - least) * RETRY_SHARE)) {
    try {
      return await gpu.memory.createOne(`arena ${arena}`, ask * slotBytes, usage);
    } catch (error) {
      if (!(error instanceof MixtabError && error.code === 'gpu-out-of-memory')) throw error;
      if (ask === least) return null;
    }
  }
}

function copySlots(
  gpu: Gpu,
  from: readonly GPUBuffer[],
  to: GPUBuffer,
  moves: readonly Move[],
  slotBytes: number,
): void {
  const encoder = gpu.device.createCommandEncoder({ label: 'resize' });
  for (const move of moves) {
    const source = from[move.from] as GPUBuffer;
    encoder.copyBufferToBuffer(source, move.fromSlot * slotBytes, to, move.slot * slotBytes, slotBytes);
  }
  gpu.device.queue.submit([encoder.finish()]);
}

function granted(plan: BudgetPlan, { arenas, lost }: Resized, buffers: Map<number, GPUBuffer>): ResizedArenas {
  const slots = arenas.reduce((sum, arena) => sum + arena.slots, 0);
  if (slots === 0) {
    throw new MixtabError(
      'gpu-out-of-memory',
      `GPU memory: expected room for ${plan.arenas[0]?.slots} experts of ${plan.slotBytes} bytes, got none`,
      'Choose a smaller memory budget or close other tabs that use the GPU.',
      { bytes: plan.slotBytes },
    );
  }
  const budgetBytes = slots === plan.slots ? plan.budgetBytes : plan.fixedBytes + slots * plan.slotBytes;
  return {
    plan: {
      ...plan,
      budgetBytes,
      slots,
      arenas: arenas.map(({ firstLayer, layers, slots }) => ({ firstLayer, layers, slots })),
    },
    buffers: arenas.map(({ arena }) => buffers.get(arena) as GPUBuffer),
    placed: arenas.flatMap(({ keys }) => keys.flatMap((key, slot) => (key < 0 ? [] : [{ key, slot }]))),
    lost,
  };
}
