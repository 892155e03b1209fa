import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { throttle } from './throttle';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test('runs at once, then at most once an interval, and never forgets the last call', () => {
  const ranAt: number[] = [];
  const start = performance.now();
  const call = throttle(100, () => ranAt.push(performance.now() - start));
  for (let ms = 0; ms < 250; ms += 10) {
    call();
    vi.advanceTimersByTime(10);
  }
  vi.advanceTimersByTime(1000);
  expect(ranAt).toEqual([0, 100, 200, 300]);
  call();
  expect(ranAt).toHaveLength(5);
});
