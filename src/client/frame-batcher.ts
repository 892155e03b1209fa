/** Asks for a callback before the next paint; `requestAnimationFrame` in the page, a hand-driven one in tests. */
export type FrameScheduler = (callback: () => void) => void;

/** Runs `paint` at most once a frame, however often `request` is called; `flush` runs what waits at once. */
export class FrameBatcher {
  #pending = false;

  constructor(
    private readonly paint: () => void,
    private readonly schedule: FrameScheduler = (callback) => requestAnimationFrame(callback),
  ) {}

  request(): void {
    if (this.#pending) return;
    this.#pending = true;
    this.schedule(() => this.flush());
  }

  flush(): void {
    if (!this.#pending) return;
    this.#pending = false;
    this.paint();
  }
}
