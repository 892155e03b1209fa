/**
 * Which record is made next: in the order given, but wanted ones first; and no more at once than `mostBytes` of records, since what is
 * being made lies in the browser's memory until it is committed. One record may always be under way, however long it is.
 */
export class Schedule {
  readonly #queue: string[];
  readonly #bytesOf: (record: string) => number;
  readonly #mostBytes: number;
  readonly #underWay = new Set<string>();
  #waiting: (() => void)[] = [];
  #stopped = false;

  constructor(records: string[], bytesOf: (record: string) => number, mostBytes: number) {
    this.#queue = [...records];
    this.#bytesOf = bytesOf;
    this.#mostBytes = mostBytes;
  }

  /**
   * The next record, once there is room for it; call {@link done} or {@link again} when it has been worked on. Null when there is nothing
   * more to do: all are done, or it was stopped.
   */
  async next(): Promise<string | null> {
    for (;;) {
      const [first] = this.#queue;
      if (this.#stopped || (first === undefined && this.#underWay.size === 0)) return null;
      if (first !== undefined && this.#hasRoomFor(first)) {
        this.#queue.shift();
        this.#underWay.add(first);
        return first;
      }
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

  #hasRoomFor(record: string): boolean {
    let bytes = this.#bytesOf(record);
    for (const other of this.#underWay) bytes += this.#bytesOf(other);
    return this.#underWay.size === 0 || bytes <= this.#mostBytes;
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resume of waiting) resume();
  }
}
