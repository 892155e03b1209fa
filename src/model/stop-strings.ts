/**
 * Finds the stop string that is complete first in text that comes in pieces. Holds back only what can still become a stop string, so text flows as
 * soon as it is safe. Linear in the text for stop strings of bounded length.
 */
export class StopMatcher {
  readonly #stops: string[];
  #held = '';
  #stopped = false;

  constructor(stops: readonly string[]) {
    this.#stops = stops.filter((stop) => stop !== '');
  }

  /**
   * `emit`: text that is certain to stand before any stop string. After `stopped` nothing more is emitted; the stop string itself never is.
   * `rest`: what stands behind it.
   */
  push(delta: string): { emit: string; stopped: boolean; rest: string } {
    if (this.#stopped) return { emit: '', stopped: true, rest: delta };
    const text = this.#held + delta;
    const match = this.#firstToEnd(text);
    if (match !== null) {
      this.#stopped = true;
      this.#held = '';
      return { emit: text.slice(0, match.start), stopped: true, rest: text.slice(match.end) };
    }
    const keep = Math.max(0, ...this.#stops.map((stop) => openEnd(text, stop)));
    this.#held = text.slice(text.length - keep);
    return { emit: text.slice(0, text.length - keep), stopped: false, rest: '' };
  }

  /** What was held back, when the answer ends for another reason. */
  finish(): string {
    const rest = this.#held;
    this.#held = '';
    return rest;
  }

  /** The stop string that is complete first, as token by token; of two that end together the longer. So the pieces' borders do not matter. */
  #firstToEnd(text: string): { start: number; end: number } | null {
    let first: { start: number; end: number } | null = null;
    for (const stop of this.#stops) {
      const start = text.indexOf(stop);
      if (start < 0) continue;
      const end = start + stop.length;
      if (first === null || end < first.end || (end === first.end && start < first.start)) first = { start, end };
    }
    return first;
  }
}

/** Length of the longest end of `text` that is a true beginning of `stop`. */
function openEnd(text: string, stop: string): number {
  for (let length = Math.min(stop.length - 1, text.length); length > 0; length--) {
    if (text.endsWith(stop.slice(0, length))) return length;
  }
  return 0;
}
