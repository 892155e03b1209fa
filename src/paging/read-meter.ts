/** Running totals. */
export interface ReadTotals {
  /** Milliseconds in which at least one read was under way. */
  readMs: number;
  /** Reads under way, integrated over time: their mean is this over `readMs`. */
  readsMs: number;
  /** The most reads at a time since it was last set to 0. */
  mostReads: number;
}

/** Adds up the time in which storage is being read, and how many reads there were at a time. */
export class ReadMeter {
  readonly #totals: ReadTotals;
  readonly #now: () => number;
  #underWay = 0;
  #updatedAt = 0;

  /** `now`: a clock, in milliseconds. */
  constructor(totals: ReadTotals, now = () => performance.now()) {
    this.#totals = totals;
    this.#now = now;
  }

  /** A read has begun (1) or ended (-1). */
  add(change: 1 | -1): void {
    this.update();
    this.#underWay += change;
    this.#totals.mostReads = Math.max(this.#totals.mostReads, this.#underWay);
  }

  /** Brings the totals up to now; they lag behind by the reads under way otherwise. */
  update(): void {
    const now = this.#now();
    if (this.#underWay > 0) this.#totals.readMs += now - this.#updatedAt;
    this.#totals.readsMs += (now - this.#updatedAt) * this.#underWay;
    this.#updatedAt = now;
  }
}
