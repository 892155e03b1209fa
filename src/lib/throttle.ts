/**
 * A function that runs `work` at once, but not within `intervalMs` of the last time: then it runs at the end of the interval, once for all
 * calls in between.
 */
export function throttle(intervalMs: number, work: () => void): () => void {
  let waiting: ReturnType<typeof setTimeout> | undefined;
  let last = Number.NEGATIVE_INFINITY;
  const run = (): void => {
    waiting = undefined;
    last = performance.now();
    work();
  };
  return () => {
    if (waiting !== undefined) return;
    const restMs = last + intervalMs - performance.now();
    if (restMs <= 0) run();
    else waiting = setTimeout(run, restMs);
  };
}
