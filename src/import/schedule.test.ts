import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Schedule } from './schedule';

test('wanted records come first, the last wanted before all; what is unknown or under way is no matter', async () => {
  const schedule = new Schedule(['a', 'b', 'c', 'd']);
  const order = [await schedule.next()];
  for (const wanted of ['c', 'd', 'a', 'x']) schedule.want(wanted);
  schedule.done('a');
  while (order.at(-1) !== null) {
    order.push(await schedule.next());
    schedule.done(order.at(-1) ?? '');
  }
  expect(order).toEqual(['a', 'd', 'c', 'b', null]);
});

test('who finds nothing left waits for those under way, as they may come again', async () => {
  const schedule = new Schedule(['a']);
  await schedule.next();
  const second = schedule.next();
  schedule.again('a');
  expect(await second).toBe('a');
  const [third, fourth] = [schedule.next(), schedule.next()];
  schedule.done('a');
  expect(await Promise.all([third, fourth])).toEqual([null, null]);
});

test('a stop ends all at once', async () => {
  const schedule = new Schedule(['a', 'b']);
  await schedule.next();
  schedule.stop();
  expect(await schedule.next()).toBeNull();
});

test('whatever fails and whatever is wanted, in whatever order lanes come: each record is done once', async () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f'];
  const events = fc.array(fc.record({ fails: fc.boolean(), wants: fc.constantFrom(...names) }), { maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(events, fc.integer({ min: 1, max: 4 }), fc.scheduler(), async (script, lanes, order) => {
      const schedule = new Schedule(names);
      const done: string[] = [];
      const lane = async (): Promise<void> => {
        for (let name = await schedule.next(); name !== null; name = await schedule.next()) {
          await order.schedule(Promise.resolve());
          const event = script.shift();
          if (event) schedule.want(event.wants);
          if (event?.fails) schedule.again(name);
          else {
            done.push(name);
            schedule.done(name);
          }
        }
      };
      await order.waitFor(Promise.all(Array.from({ length: lanes }, lane)));
      expect(done.toSorted()).toEqual(names);
    }),
  );
});
