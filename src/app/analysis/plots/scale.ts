export interface Scale {
  max: number;
  /** From 0 to `max`, in round steps. */
  ticks: number[];
}

/** A scale from 0 to a round number that holds all values. */
export function scaleOf(values: readonly number[]): Scale {
  const highest = Math.max(0, ...values) || 1;
  const magnitude = 10 ** Math.floor(Math.log10(highest));
  const step = [0.2, 0.25, 0.5, 1, 2].map((part) => part * magnitude).find((size) => highest / size <= 5) ?? magnitude;
  const count = Math.ceil(highest / step - 1e-9);
  return { max: count * step, ticks: Array.from({ length: count + 1 }, (_, n) => n * step) };
}

/** Every so many labels, so that each has room. */
export function strideOf(count: number, room: number, each: number): number {
  return Math.max(1, Math.ceil((count * each) / Math.max(1, room)));
}
