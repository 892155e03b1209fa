import { setTimeout as wait } from 'node:timers/promises';
import { startedBytes } from '../scripts/process-memory';

const SAMPLE_MS = 500;
/** Looking costs the system time, the more the more is held: one part in so many. */
const SHARE = 50;
/** For what was freed to be given back. */
const SETTLE_MS = 3000;

/** The most that all processes which this one started hold together, the browser's; null where the system does not tell. */
export class PeakMemory {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #peak: number | null = null;

  now(): number | null {
    return startedBytes(process.pid);
  }

  begin(): void {
    this.stop();
    this.#peak = null;
    this.#again();
  }

  /** Since {@link begin}. */
  peak(): number | null {
    this.#look();
    this.stop();
    return this.#peak;
  }

  async settled(): Promise<number | null> {
    await wait(SETTLE_MS);
    return this.now();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #again(): void {
    const startedAt = performance.now();
    this.#look();
    this.#timer = setTimeout(() => this.#again(), Math.max(SAMPLE_MS, SHARE * (performance.now() - startedAt)));
  }

  #look(): void {
    const bytes = this.now();
    if (bytes !== null) this.#peak = Math.max(bytes, this.#peak ?? 0);
  }
}
