import { expect, test } from 'vitest';
import { ReadMeter } from './read-meter';

test('adds up the time with reads under way, and how many there were', () => {
  const totals = { readMs: 0, readsMs: 0, mostReads: 0 };
  let now = 100;
  const meter = new ReadMeter(totals, () => now);
  const at = (time: number, change: 1 | -1) => {
    now = time;
    meter.add(change);
  };
  at(110, 1);
  at(112, 1);
  at(116, -1);
  at(120, -1);
  at(150, 1);
  now = 151;
  meter.update();
  expect(totals).toEqual({ readMs: 10 + 1, readsMs: 2 + 8 + 4 + 1, mostReads: 2 });
});
