import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** How near the end still counts as reading along, pixels. */
const NEAR_END_PX = 48;

/** Keeps the end of a scrolling box in view while it grows, unless the reader scrolled up. */
export class FollowEnd implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #box: () => HTMLElement | null;
  #following = true;

  constructor(host: ReactiveControllerHost, box: () => HTMLElement | null) {
    this.#host = host;
    this.#box = box;
    host.addController(this);
  }

  get following(): boolean {
    return this.#following;
  }

  /** For the box's `scroll` event. */
  readonly scrolled = (): void => {
    const box = this.#box();
    const following = box === null || box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_END_PX;
    if (following === this.#following) return;
    this.#following = following;
    this.#host.requestUpdate();
  };

  readonly follow = (): void => {
    this.#following = true;
    this.#host.requestUpdate();
  };

  hostUpdated(): void {
    const box = this.#box();
    if (box && this.#following) box.scrollTop = box.scrollHeight;
  }
}
