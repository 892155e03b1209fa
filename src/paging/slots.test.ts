import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RESIDENCY } from '../protocol/engine';
import { LruPolicy } from './policy';
import { NO_SLOT, Slots } from './slots';

const [LAYERS, EXPERTS] = [4, 8];
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
    slots.touch(layer, expert, tick, 0);
  });
}

test('whatever is loaded, a slot has one holder and the page table tells where it is', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(LAYERS * EXPERTS - 1), { maxLength: 60 }), (keys) => {
      const slots = new Slots(LAYERS, EXPERTS, ARENAS, new LruPolicy(LAYERS * EXPERTS));
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
  const slots = new Slots(LAYERS, EXPERTS, ARENAS, new LruPolicy(LAYERS * EXPERTS));
  fillAll(slots, [0, 9, 2]);
  slots.touch(0, 0, 10, 0);
  const taken = slots.take(0, 5, (key) => key === 9);
  expect(taken?.evicted).toBe(2);
  expect(slots.isResident(0, 2)).toBe(false);
  expect(slots.states[5]).toBe(RESIDENCY.loading);
  expect(slots.take(1, 7, (key) => key === 0 || key === 9)).toBeNull();
  expect(slots.evictions).toBe(1);
});

test('a slot whose load failed is free again', () => {
  const slots = new Slots(LAYERS, EXPERTS, ARENAS, new LruPolicy(LAYERS * EXPERTS));
  const taken = slots.take(0, 3, never);
  slots.release(0, 3, taken?.slot ?? -1);
  expect(slots.states[3]).toBe(RESIDENCY.absent);
  expect(slots.take(1, 1, never)?.slot).toBe(taken?.slot);
});

test('among equally recent experts the one with the lower score leaves', () => {
  const policy = new LruPolicy(8);
  policy.touch(1, 5, 0.4);
  policy.touch(2, 5, 0.1);
  policy.touch(3, 6, 0);
  expect(policy.victim([1, 2, 3])).toBe(2);
  policy.touch(2, 7, 0.1);
  expect(policy.victim([1, 2, 3])).toBe(1);
});
