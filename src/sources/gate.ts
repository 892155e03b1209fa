import { untilAborted } from '../lib/abort';

/** Lets `most` in at once, the others in the order in which they came. */
export class Gate {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(most: number) {
    this.#free = most;
  }

  /** Resolves to the way out, which must be called once. */
  async enter(signal: AbortSignal): Promise<() => void> {
    if (this.#free > 0) this.#free--;
    else {
      let letIn = (): void => {};
      const turn = new Promise<void>((resolve) => {
        letIn = resolve;
      });
      this.#waiting.push(letIn);
      try {
        await untilAborted(turn, signal);
      } catch (error) {
        const at = this.#waiting.indexOf(letIn);
        if (at >= 0) this.#waiting.splice(at, 1);
        else this.#leave(); // let in at the moment of the abort
        throw error;
      }
    }
    let inside = true;
    return () => {
      if (inside) this.#leave();
      inside = false;
    };
  }

  #leave(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#free++;
  }
}
