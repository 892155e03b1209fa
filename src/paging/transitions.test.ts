import { expect, test } from 'vitest';
import { Transitions } from './transitions';

const SHAPE = { nLayers: 2, nExperts: 4, topK: 1 };

test('what always follows a pick is foreseen for sure, in its own layer alone; before anything is seen, chance', () => {
  const transitions = new Transitions(SHAPE);
  expect([...transitions.predict(0, [1])]).toEqual([0.25, 0.25, 0.25, 0.25]);
  for (let token = 0; token < 200; token++) transitions.observe(0, [token % 4]);
  const [, , two = 0, three = 1] = transitions.predict(0, [1]);
  expect(two).toBeGreaterThan(0.9);
  expect(three).toBeLessThan(0.05);
  expect([...transitions.predict(1, [1])]).toEqual([0.25, 0.25, 0.25, 0.25]);
});

test('habits that change are unlearned', () => {
  const transitions = new Transitions(SHAPE);
  for (let token = 0; token < 100; token++) transitions.observe(0, [token % 2]);
  for (let token = 0; token < 1000; token++) transitions.observe(0, [0]);
  expect(transitions.predict(0, [0])[0]).toBeGreaterThan(0.85);
});
