import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RESIDENCY } from '../protocol/engine';
import { LruPolicy } from './policy';
import { NO_SLOT, Slots } from './slots';

const [LAYERS, EXPERTS] = [4, 8];
const SHAPE = { nLayers: LAYERS, nExperts: EXPERTS, topK: 2 };
const ARENAS = [
  { firstLayer: 0, layers: 2, slots: 3 },
  { firstLayer: 2, layers: 2, slots: 5 },
];
const never = () => false;

function fillAll(slots: Slots, keys: number[]): void {
  keys.forEach((key, tick) => {
    const [layer, expert] = [Math.floor(key / EXPERTS), key % EXPERTS];
    const taken = slots.take(layer, expert, never);
    if (!taken) throw new Error('no slot');
    slots.fill(layer, expert, taken.slot);
    slots.observe(tick, layer, [expert], new Float32Array(EXPERTS));
  });
}

test('whatever is loaded, a slot has one holder and the page table tells where it is', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(LAYERS * EXPERTS - 1), { maxLength: 60 }), (keys) => {
      const slots = new Slots(SHAPE, ARENAS, new LruPolicy(SHAPE));
      for (const key of keys) {
        const [layer, expert] = [Math.floor(key / EXPERTS), key % EXPERTS];
        if (!slots.isResident(layer, expert)) fillAll(slots, [key]);
      }
      for (const [a, arena] of ARENAS.entries()) {
        const held: number[] = [];
        for (let key = 0; key < LAYERS * EXPERTS; key++) {
          const [layer, expert] = [Math.floor(key / EXPERTS), key % EXPERTS];
          const slot = slots.slotOf(layer, expert);
          expect(slot !== NO_SLOT).toBe(slots.isResident(layer, expert));
          if (slot !== NO_SLOT && slots.arenaOf(layer) === a) held.push(slot);
        }
        expect(new Set(held).size).toBe(held.length);
        expect(held.every((slot) => slot < arena.slots)).toBe(true);
      }
    }),
  );
});

test('the least recently used expert of the same arena leaves, but none that is kept or being loaded', () => {
  const slots = new Slots(SHAPE, ARENAS, new LruPolicy(SHAPE));
  fillAll(slots, [0, 9, 2]);
  slots.observe(10, 0, [0], new Float32Array(EXPERTS));
  const taken = slots.take(0, 5, (key) => key === 9);
  expect(taken?.evicted).toBe(2);
  expect(slots.isResident(0, 2)).toBe(false);
  expect(slots.states[5]).toBe(RESIDENCY.loading);
  expect(slots.take(1, 7, (key) => key === 0 || key === 9)).toBeNull();
  expect(slots.evictions).toBe(1);
});

test('a slot whose load failed is free again', () => {
  const slots = new Slots(SHAPE, ARENAS, new LruPolicy(SHAPE));
  const taken = slots.take(0, 3, never);
  slots.evict(3);
  expect(slots.states[3]).toBe(RESIDENCY.absent);
  expect(slots.take(1, 1, never)?.slot).toBe(taken?.slot);
});

test('among equally recent experts the one with the lower score leaves', () => {
  const policy = new LruPolicy(SHAPE);
  policy.observe(5, 0, [1, 2], [0, 0.4, 0.1, 0]);
  policy.observe(6, 0, [3], [0, 0, 0, 0]);
  expect(policy.victim([1, 2, 3])).toBe(2);
  policy.observe(7, 0, [2], [0, 0, 0.1, 0]);
  expect(policy.victim([1, 2, 3])).toBe(1);
});

test('an expert of a prefill passes through: it leaves before those that decode picked, and stays once decode picks it', () => {
  const slots = new Slots(SHAPE, ARENAS, new LruPolicy(SHAPE));
  fillAll(slots, [0, 1]);
  const passing = slots.take(0, 2, never, 'prefill');
  slots.fill(0, 2, passing?.slot ?? -1);
  expect(slots.roomFor(0)).toBe(1);
  expect(slots.take(0, 3, never, 'prefill')?.evicted).toBe(2);
  slots.fill(0, 3, passing?.slot ?? -1);
  slots.observe(9, 0, [3], new Float32Array(EXPERTS));
  expect(slots.roomFor(0)).toBe(0);
  expect(slots.take(0, 4, never)?.evicted).toBe(0);
});

test('a pinned expert is never evicted, and its slot is no room, whoever brought it', () => {
  const slots = new Slots(SHAPE, ARENAS, new LruPolicy(SHAPE), [0]);
  const taken = slots.take(0, 0, never, 'prefill');
  slots.fill(0, 0, taken?.slot ?? -1);
  expect(slots.roomFor(0)).toBe(2);
  fillAll(slots, [1, 2]);
  expect(slots.take(0, 3, never)?.evicted).toBe(1);
});
