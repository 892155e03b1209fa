/** Time over which a speed is taken. */
const WINDOW_MS = 10_000;
/** Less says nothing. */
const LEAST_MS = 1_000;

/** Speed and time left, from what is done at which time. */
export class ProgressMeter {
  #samples: { atMs: number; doneBytes: number }[] = [];

  /** Notes how far it is, and tells how fast it went lately. Times never fall. */
  measure(
    doneBytes: number,
    totalBytes: number,
    nowMs = performance.now(),
  ): { bytesPerSecond: number | null; secondsLeft: number | null } {
    this.#samples.push({ atMs: nowMs, doneBytes });
    // One before the window's begin stays, so that the window is whole.
    while (this.#samples[1] && this.#samples[1].atMs <= nowMs - WINDOW_MS) this.#samples.shift();
    const [first] = this.#samples;
    const passedMs = first ? nowMs - first.atMs : 0;
    if (!first || passedMs < LEAST_MS) return { bytesPerSecond: null, secondsLeft: null };
    // What a worker had made of a record is lost where the worker dies.
    const bytesPerSecond = Math.max(0, (doneBytes - first.doneBytes) / passedMs) * 1000;
    const secondsLeft = bytesPerSecond > 0 ? (totalBytes - doneBytes) / bytesPerSecond : null;
    return { bytesPerSecond, secondsLeft };
  }
}
