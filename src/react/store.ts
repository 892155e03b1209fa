/** State that React reads with `useSyncExternalStore`, and that goes when no component uses it any more. */
export abstract class Store<State> {
  #state: State;
  #users = 0;
  readonly #listeners = new Set<() => void>();

  constructor(state: State) {
    this.#state = state;
  }

  get state(): State {
    return this.#state;
  }

  protected set(state: State): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }

  /** Nobody is there to see it: what runs is to end. */
  protected abstract abandon(): void;

  /** A component uses it until the returned function is called. */
  retain(): () => void {
    this.#users++;
    return () => {
      this.#users--;
      // Not at once: StrictMode takes components away and puts them back.
      queueMicrotask(() => {
        if (this.#users === 0) this.abandon();
      });
    };
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly snapshot = (): State => this.#state;
}
