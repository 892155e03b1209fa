import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ModelConfig, parseHfConfig } from '../model/config';
import { planBudget } from './budget';
import { type HeldArena, type Resized, resize } from './resize';
import type { ArenaPlan } from './slots';

const EXPERTS = 8;
const SLOT = 1000;

const configOf = (nLayers: number): ModelConfig =>
  parseHfConfig({
    hidden_size: 256,
    intermediate_size: 256,
    num_attention_heads: 8,
    num_key_value_heads: 8,
    num_hidden_layers: nLayers,
    num_local_experts: EXPERTS,
    num_experts_per_tok: 2,
    vocab_size: 32000,
    max_position_embeddings: 4096,
  });

const planOf = (nLayers: number, perArena: number, slots: number): ArenaPlan[] =>
  planBudget(
    configOf(nLayers),
    { maxBufferBytes: perArena * SLOT, maxBindingBytes: perArena * SLOT },
    SLOT,
    0,
    slots * SLOT,
  ).arenas;

const slotsOf = (arenas: readonly ArenaPlan[]): number => arenas.reduce((sum, { slots }) => sum + slots, 0);
const serves = ({ firstLayer, layers }: ArenaPlan, key: number): boolean => {
  const layer = Math.floor(key / EXPERTS);
  return layer >= firstLayer && layer < firstLayer + layers;
};

/** Arenas with `keys`, in this order, as long as they fit. */
function holding(arenas: readonly ArenaPlan[], keys: readonly number[]): HeldArena[] {
  return arenas.map((arena) => {
    const here = keys.filter((key) => serves(arena, key)).slice(0, arena.slots);
    return { ...arena, keys: [...here, ...Array<number>(arena.slots - here.length).fill(-1)] };
  });
}

interface Outcome extends Resized {
  /** The most slots that were allocated at once, and those that the copies filled. */
  most: number;
  moved: number;
  created: number;
}

/** Carries the steps out on arrays that stand for buffers, on a GPU with room for `room` slots. */
function carryOut(
  nLayers: number,
  held: readonly HeldArena[],
  wanted: readonly ArenaPlan[],
  leaving: readonly number[],
  room = Number.POSITIVE_INFINITY,
): Outcome {
  const before = new Map(held.map(({ keys }, i) => [i, [...keys]]));
  const after = new Map<number, number[]>();
  const used = () => [...before.values(), ...after.values()].reduce((sum, { length }) => sum + length, 0);
  let [most, moved, created] = [used(), 0, 0];
  const steps = resize({ nLayers, nExperts: EXPERTS, topK: 2 }, held, wanted, leaving);
  let next = steps.next(0);
  while (!next.done) {
    const step = next.value;
    let answer = 0;
    if (step.do === 'free') expect(before.delete(step.from)).toBe(true);
    if (step.do === 'keep') {
      after.set(step.arena, before.get(step.from) as number[]);
      before.delete(step.from);
    }
    if (step.do === 'create') {
      expect(after.has(step.arena)).toBe(false);
      const free = room - used();
      if (free >= step.slots) answer = step.slots;
      // As the allocator does: it asks for ever fewer, and may leave some of what is free.
      else if (free >= step.least) answer = Math.max(step.least, Math.floor(0.8 * free));
      if (answer > 0) after.set(step.arena, Array<number>(answer).fill(-1));
      created++;
    }
    if (step.do === 'move') {
      for (const { key, from, fromSlot, slot } of step.moves) {
        expect(before.get(from)?.[fromSlot]).toBe(key);
        // In a kept arena it may overwrite what leaves; that no survivor was hit shows at the end.
        (after.get(step.arena) as number[])[slot] = key;
        moved++;
      }
    }
    most = Math.max(most, used());
    next = steps.next(answer);
  }
  expect(before.size).toBe(0);
  const { arenas } = next.value;
  expect(arenas.map(({ arena }) => arena)).toEqual([...after.keys()].sort((a, b) => a - b));
  for (const { arena, keys, slots, ...part } of arenas) {
    expect(keys).toHaveLength(slots);
    // What is said to be there is there, and nothing that the arena does not serve.
    keys.forEach((key, slot) => {
      if (key >= 0) expect(after.get(arena)?.[slot]).toBe(key);
      if (key >= 0) expect(serves({ ...part, slots }, key)).toBe(true);
    });
  }
  return { ...next.value, most, moved, created };
}

const keysOf = ({ arenas }: Resized): number[] => arenas.flatMap(({ keys }) => keys.filter((key) => key >= 0));
const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

const change = fc
  .record({
    nLayers: fc.integer({ min: 1, max: 32 }),
    perArena: fc.integer({ min: 2, max: 64 }),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    newShare: fc.double({ min: 0, max: 1, noNaN: true }),
    full: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .chain(({ nLayers, perArena, share, newShare, full }) => {
    const slots = (of: number) => 2 + Math.floor(of * (nLayers * EXPERTS - 2));
    const [before, wanted] = [planOf(nLayers, perArena, slots(share)), planOf(nLayers, perArena, slots(newShare))];
    const keys = fc.shuffledSubarray(upTo(nLayers * EXPERTS), { minLength: Math.floor(full * nLayers * EXPERTS) });
    return keys.map((order) => ({ nLayers, wanted, held: holding(before, order), leaving: order }));
  })
  .map(({ held, leaving, ...rest }) => {
    const resident = new Set(held.flatMap(({ keys }) => keys));
    return { ...rest, held, leaving: leaving.filter((key) => resident.has(key)) };
  });

test('any change of budget: never more slots than before or after, each survivor in one slot, the arenas as wanted', () => {
  fc.assert(
    fc.property(change, ({ nLayers, wanted, held, leaving }) => {
      const outcome = carryOut(nLayers, held, wanted, leaving);
      expect(outcome.most).toBeLessThanOrEqual(Math.max(slotsOf(held), slotsOf(wanted)));
      expect(outcome.arenas.map(({ arena: _, keys: __, ...plan }) => plan)).toEqual(wanted);
      const kept = keysOf(outcome);
      expect(new Set([...kept, ...outcome.lost]).size).toBe(kept.length + outcome.lost.length);
      expect(leaving).toEqual(expect.arrayContaining([...kept, ...outcome.lost]));
      for (const arena of outcome.arenas) {
        const served = leaving.filter((key) => serves(arena, key));
        const lost = outcome.lost.filter((key) => serves(arena, key));
        // Every slot that an expert could have is filled or gets one loaded.
        const kept = arena.keys.filter((key) => key >= 0).length;
        expect(kept + lost.length).toBe(Math.min(arena.slots, served.length));
      }
    }),
    { numRuns: 150 },
  );
});

test('a GPU that grants less than the budget: what fits is the pool, every layer has an arena with the picks of one', () => {
  fc.assert(
    fc.property(change, fc.integer({ min: 0, max: 300 }), ({ nLayers, wanted, held, leaving }, room) => {
      const granted = Math.max(room, slotsOf(held));
      const outcome = carryOut(nLayers, held, wanted, leaving, granted);
      const fromNothing = carryOut(nLayers, [], wanted, [], room);
      for (const { arenas, most } of [outcome, fromNothing]) {
        expect(most).toBeLessThanOrEqual(granted);
        expect(slotsOf(arenas)).toBeLessThanOrEqual(slotsOf(wanted));
        let layer = 0;
        for (const arena of arenas) {
          expect(arena.firstLayer).toBe(layer);
          expect(arena.slots).toBeGreaterThanOrEqual(2);
          layer += arena.layers;
        }
        expect(layer).toBe(arenas.length > 0 ? nLayers : 0);
      }
      expect(outcome.arenas.length).toBeGreaterThan(0);
      expect(fromNothing.arenas.length > 0).toBe(room >= 2);
      // Of what there is room for, four fifths at least are used: as much as this allocator leaves of it.
      expect(slotsOf(fromNothing.arenas)).toBeGreaterThanOrEqual(Math.min(slotsOf(wanted), Math.floor(0.8 * room)) - 2);
      const kept = keysOf(outcome);
      expect(new Set([...kept, ...outcome.lost]).size).toBe(kept.length + outcome.lost.length);
    }),
    { numRuns: 150 },
  );
});

/** Mixtral 8x7B, every slot taken; the higher key is worth more. */
function mixtral(perArena: number, slots: number, after: number): Outcome & { kept: number; before: number[] } {
  const held = holding(planOf(32, perArena, slots), upTo(256).reverse());
  const leaving = held.flatMap(({ keys }) => keys.filter((key) => key >= 0)).sort((a, b) => a - b);
  const outcome = carryOut(32, held, planOf(32, perArena, after), leaving);
  return { ...outcome, kept: keysOf(outcome).length, before: leaving };
}

test('the same budget again moves nothing', () => {
  expect(mixtral(21, 100, 100)).toMatchObject({ kept: 100, moved: 0, created: 0, lost: [] });
});

test('a budget that doubles or halves, and with it the arenas, keeps everything that fits', () => {
  expect(mixtral(43, 64, 128)).toMatchObject({ kept: 64, lost: [] });
  const halved = mixtral(43, 128, 64);
  expect(halved).toMatchObject({ kept: 64, lost: [] });
  // Those that went are the ones worth least.
  for (const arena of halved.arenas) {
    const held = halved.before.filter((key) => serves(arena, key));
    expect([...arena.keys].sort((a, b) => a - b)).toEqual(held.slice(-arena.slots));
  }
});

test('a budget that falls a little loses one arena of what fits, the one worth least', () => {
  const { kept, lost } = mixtral(43, 120, 100);
  expect(kept + lost.length).toBe(100);
  expect(lost.length).toBeLessThanOrEqual(25);
  expect(lost.every((key) => key < 8 * EXPERTS)).toBe(true);
});

test('where one arena is all there is and leaves no room beside it, its experts come again, the best first', () => {
  const { kept, lost } = mixtral(43, 30, 20);
  expect(kept).toBe(0);
  expect(lost).toEqual(upTo(256).reverse().slice(0, 20));
});
