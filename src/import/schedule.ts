/** Which record is made next: in the order given, but wanted ones first. */
export class Schedule {
  readonly #queue: string[];
  readonly #underWay = new Set<string>();
  #waiting: (() => void)[] = [];
  #stopped = false;

  constructor(records: string[]) {
    this.#queue = [...records];
  }

  /**
   * The next record; call {@link done} or {@link again} when it has been worked on. Waits while none is left but some are under way, as
   * those may come again. Null when there is nothing more to do: all are done, or it was stopped.
   */
  async next(): Promise<string | null> {
    for (;;) {
      if (this.#stopped) return null;
      const record = this.#queue.shift();
      if (record !== undefined) {
        this.#underWay.add(record);
        return record;
      }
      if (this.#underWay.size === 0) return null;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  done(record: string): void {
    this.#underWay.delete(record);
    this.#wake();
  }

  /** It did not come to its end: it is the next once more. */
  again(record: string): void {
    this.#queue.unshift(record);
    this.done(record);
  }

  /** Makes a record the next, where it is not under way or done already. */
  want(record: string): void {
    const at = this.#queue.indexOf(record);
    if (at < 0) return;
    this.#queue.splice(at, 1);
    this.#queue.unshift(record);
  }

  stop(): void {
    this.#stopped = true;
    this.#wake();
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resume of waiting) resume();
  }
}
