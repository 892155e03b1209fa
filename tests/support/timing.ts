import { STALL_MS } from '../../src/sources/http';
import type { Timing } from '../../src/sources/timing';

/** Time in which pauses are over at once and written down, and a host has stalled for the nth time when `stalled(n)` says so. */
export function testTiming(
  stalled: (count: number) => Promise<void> = () => new Promise(() => {}),
): Timing & { pauses: number[] } {
  const pauses: number[] = [];
  let stalls = 0;
  return {
    pauses,
    random: () => 0.5,
    async wait(ms, signal) {
      if (ms === STALL_MS) {
        const settled = new Promise<never>((_, reject) => {
          signal.addEventListener('abort', () => reject(new DOMException('settled', 'AbortError')));
        });
        await Promise.race([stalled(stalls + 1), settled]);
        stalls++;
      } else {
        pauses.push(ms);
        signal.throwIfAborted();
      }
    },
  };
}
