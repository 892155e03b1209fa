/** Ids of the answers to compare; null: none was chosen. */
export interface Compared {
  a: string | null;
  b: string | null;
}

/** Which answers the page compares: chosen where the dialog is opened, and in it. */
class ComparedAnswers {
  #ids: Compared = { a: null, b: null };
  #isShown = false;
  readonly #listeners = new Set<() => void>();

  get ids(): Compared {
    return this.#ids;
  }

  /** While the dialog is closed nothing in it is drawn. */
  get isShown(): boolean {
    return this.#isShown;
  }

  choose(ids: Partial<Compared>): void {
    this.#ids = { ...this.#ids, ...ids };
    this.#tell();
  }

  show(isShown: boolean): void {
    this.#isShown = isShown;
    this.#tell();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

export const compared = new ComparedAnswers();
