import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Schedule } from './schedule';

const all = async (schedule: Schedule): Promise<string[]> => {
  const names: string[] = [];
  for (let name = await schedule.next(); name !== null; name = await schedule.next()) {
    names.push(name);
    schedule.done(name);
  }
  return names;
};

test('wanted records come first, the last wanted before all; what is unknown or under way is no matter', async () => {
  const schedule = new Schedule(['a', 'b', 'c', 'd'], () => 1, 10);
  const first = await schedule.next();
  for (const wanted of ['c', 'd', 'a', 'x']) schedule.want(wanted);
  schedule.done(first as string);
  expect([first, ...(await all(schedule))]).toEqual(['a', 'd', 'c', 'b']);
});

test('who waits for room goes on when there is some, and ends when all is done or stopped', async () => {
  const schedule = new Schedule(['long', 'b'], (record) => (record === 'long' ? 100 : 6), 10);
  expect(await schedule.next()).toBe('long');
  const waiting = schedule.next();
  schedule.done('long');
  expect(await waiting).toBe('b');
  const last = schedule.next();
  schedule.again('b');
  expect(await last).toBe('b');
  const stopped = schedule.next();
  schedule.stop();
  expect(await stopped).toBeNull();
});

test('whatever ends in whatever order, each record is done once and the bytes under way stay in bounds', async () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(sizes, fc.integer({ min: 1, max: 4 }), fc.scheduler(), async (bytes, lanes, order) => {
      const bytesOf = (record: string): number => bytes[Number(record)] as number;
      const schedule = new Schedule([...bytes.keys()].map(String), bytesOf, 10);
      const underWay = new Set<string>();
      const done: string[] = [];
      const lane = async (): Promise<void> => {
        for (let name = await schedule.next(); name !== null; name = await schedule.next()) {
          underWay.add(name);
          const together = [...underWay].reduce((sum, record) => sum + bytesOf(record), 0);
          expect(underWay.size === 1 || together <= 10).toBe(true);
          await order.schedule(Promise.resolve());
          underWay.delete(name);
          done.push(name);
          schedule.done(name);
        }
      };
      const work = Promise.all(Array.from({ length: lanes }, lane));
      await order.waitFor(work);
      expect(done.toSorted()).toEqual([...bytes.keys()].map(String).toSorted());
    }),
  );
});
