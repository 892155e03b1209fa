import type { BudgetInfo } from '../../protocol/engine';

/** One step of the slider is one expert slot: a finer budget buys nothing. */
export function stepCount({ leastBytes, mostBytes, slotBytes }: BudgetInfo): number {
  return Math.max(0, Math.ceil((mostBytes - leastBytes) / slotBytes));
}

/** Budget in bytes at a step: 0 is the least legal one, the last is everything resident. */
export function bytesAtStep(budget: BudgetInfo, step: number): number {
  return Math.min(budget.mostBytes, budget.leastBytes + step * budget.slotBytes);
}

export function stepOfBytes(budget: BudgetInfo, bytes: number): number {
  const step = Math.round((bytes - budget.leastBytes) / budget.slotBytes);
  return Math.min(stepCount(budget), Math.max(0, step));
}

/** Slots that a budget would give, before the engine is asked. */
export function slotsAtBytes(budget: BudgetInfo, bytes: number, expertsTotal: number): number {
  return Math.min(expertsTotal, Math.floor((bytes - budget.fixedBytes) / budget.slotBytes));
}
