import { expect, test } from 'vitest';
import { ProgressMeter } from './progress-meter';

test('says nothing in the first second, then the speed of the last ten', () => {
  const meter = new ProgressMeter();
  expect(meter.measure(0, 1e6, 0)).toEqual({ bytesPerSecond: null, secondsLeft: null });
  expect(meter.measure(500, 1e6, 500).bytesPerSecond).toBeNull();
  expect(meter.measure(1000, 1e6, 1000)).toEqual({ bytesPerSecond: 1000, secondsLeft: 999 });
  for (let second = 2; second <= 30; second++) meter.measure(1000 + (second - 1) * 2000, 1e6, second * 1000);
  expect(meter.measure(61_000, 1e6, 31_000).bytesPerSecond).toBeCloseTo(2000);
});

test('a standstill has no end', () => {
  const meter = new ProgressMeter();
  meter.measure(500, 1000, 0);
  expect(meter.measure(400, 1000, 5000)).toEqual({ bytesPerSecond: 0, secondsLeft: null });
});
