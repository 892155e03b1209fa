import { setTimeout as wait } from 'node:timers/promises';
import { startedBytes } from '../scripts/process-memory';

/** Looking costs the system time too. */
const SAMPLE_MS = 500;
/** For what was freed to be given back. */
const SETTLE_MS = 3000;

/** The most that all processes which this one started hold together, the browser's; null where the system does not tell. */
export class PeakMemory {
  #timer: ReturnType<typeof setInterval> | undefined;
  #peak: number | null = null;

  now(): number | null {
    return startedBytes(process.pid);
  }

  begin(): void {
    this.stop();
    this.#peak = this.now();
    if (this.#peak !== null) this.#timer = setInterval(() => this.#look(), SAMPLE_MS);
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
    clearInterval(this.#timer);
  }

  #look(): void {
    const bytes = this.now();
    if (bytes !== null) this.#peak = Math.max(bytes, this.#peak ?? 0);
  }
}
