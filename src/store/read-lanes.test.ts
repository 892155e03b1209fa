import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Lane, ReadLanes } from './read-lanes';

/** A stripe that reads when the test says so. */
class Stripe {
  urgent: boolean;
  reads = 0;
  /** Whether it was let read its next piece. */
  reading = false;
  left = false;
  readonly #lane: Lane;

  constructor(lanes: ReadLanes, urgent: boolean) {
    this.urgent = urgent;
    this.#lane = lanes.enter({
      urgent: () => this.urgent,
      onReads: (change) => {
        this.reads += change;
      },
    });
  }

  async next(signal?: AbortSignal): Promise<void> {
    this.reading = false;
    const turn = this.#lane.turn(signal).then(() => {
      this.reading = true;
    });
    await Promise.race([turn, settled()]);
    turn.catch(() => {});
  }

  async leave(): Promise<void> {
    this.left = true;
    this.reading = false;
    this.#lane.leave();
    await settled();
  }
}

/** All promise reactions that are due have run. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

async function begin(lanes: ReadLanes, urgent: boolean): Promise<Stripe> {
  const stripe = new Stripe(lanes, urgent);
  await stripe.next();
  return stripe;
}

test('so many read at a time, urgent ones first, then in the order in which they came', async () => {
  const lanes = new ReadLanes(2);
  const guess = await begin(lanes, false);
  const second = await begin(lanes, false);
  const third = await begin(lanes, false);
  expect([guess.reading, second.reading, third.reading]).toEqual([true, true, false]);
  const urgent = await begin(lanes, true);
  expect(urgent.reading).toBe(false);
  await second.leave();
  expect([urgent.reading, third.reading]).toEqual([true, false]);
  expect([guess.reads, second.reads, third.reads, urgent.reads]).toEqual([1, 0, 0, 1]);
});

test('one that is not urgent waits between two pieces till all urgent ones have left, then goes on', async () => {
  const lanes = new ReadLanes(4);
  const guess = await begin(lanes, false);
  const urgent = await begin(lanes, true);
  expect(urgent.reading).toBe(true);
  await guess.next();
  expect([guess.reading, guess.reads]).toEqual([false, 0]);
  await urgent.next();
  expect([urgent.reading, guess.reading]).toEqual([true, false]);
  await urgent.leave();
  expect([guess.reading, guess.reads]).toEqual([true, 1]);
});

test('one that turns urgent while it waits goes on when any other comes to its next piece', async () => {
  const lanes = new ReadLanes(4);
  const urgent = await begin(lanes, true);
  const guess = await begin(lanes, false);
  expect(guess.reading).toBe(false);
  guess.urgent = true;
  await urgent.next();
  expect([urgent.reading, guess.reading]).toEqual([true, true]);
});

test('one that turns urgent while guesses hold all lanes gets the first that comes to its next piece', async () => {
  const lanes = new ReadLanes(1);
  const guess = await begin(lanes, false);
  const picked = await begin(lanes, false);
  picked.urgent = true;
  await guess.next();
  expect([guess.reading, picked.reading]).toEqual([false, true]);
});

test('who is aborted while it waits hears of it at once and is forgotten', async () => {
  const lanes = new ReadLanes(1);
  const reading = await begin(lanes, true);
  const stop = new AbortController();
  const lane = lanes.enter({ urgent: () => true, onReads: () => expect.unreachable() });
  const waiting = lane.turn(stop.signal);
  stop.abort();
  await expect(waiting).rejects.toMatchObject({ code: 'aborted' });
  lane.leave();
  const after = await begin(lanes, true);
  await reading.leave();
  expect(after.reading).toBe(true);
});

test('whatever comes, turns and leaves: the limits hold, nobody waits without need, and all come to their end', async () => {
  const step = fc.record({
    what: fc.constantFrom('enter', 'enter', 'next', 'next', 'promote', 'leave'),
    urgent: fc.boolean(),
    who: fc.nat(9),
  });
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 4 }), fc.array(step, { maxLength: 30 }), async (most, steps) => {
      const lanes = new ReadLanes(most);
      const stripes: Stripe[] = [];
      const there = () => stripes.filter((stripe) => !stripe.left);
      for (const { what, urgent, who } of steps) {
        const stripe = there()[who % Math.max(1, there().length)];
        if (what === 'enter') stripes.push(await begin(lanes, urgent));
        else if (what === 'promote' && stripe) stripe.urgent = true;
        else if (what === 'next' && stripe?.reading) await stripe.next();
        else if (what === 'leave' && stripe?.reading) await stripe.leave();
        expect(there().filter(({ reading }) => reading).length).toBeLessThanOrEqual(most);
        for (const each of stripes) expect(each.reads).toBe(Number(each.reading));
        if (there().length > 0) expect(there().some(({ reading }) => reading)).toBe(true);
      }
      while (there().length > 0) {
        const reading = there().filter((stripe) => stripe.reading);
        expect(reading.length).toBeGreaterThan(0);
        await reading[0]?.leave();
      }
    }),
    { numRuns: 200 },
  );
});
