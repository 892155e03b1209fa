import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { POLICY_NAMES } from '../protocol/paging';
import { belady } from './belady';
import { hitRate, oneArena } from './comparison';
import { DEFAULT_POLICY, makePolicy } from './policies';
import { simulate } from './simulator';
import { syntheticMixtral } from './synthetic-routing';
import { parseTrace } from './trace';

const SHAPE = { nLayers: 3, nExperts: 4, topK: 2 };
const EVEN = [0.25, 0.25, 0.25, 0.25];

describe.each(POLICY_NAMES)('%s', (name) => {
  test('evicts one of the candidates, whatever it has seen', () => {
    const key = fc.nat(SHAPE.nLayers * SHAPE.nExperts - 1);
    fc.assert(
      fc.property(
        fc.array(fc.uniqueArray(fc.nat(3), { minLength: 2, maxLength: 2 }), { maxLength: 20 }),
        fc.uniqueArray(key, { minLength: 1 }),
        fc.nat(2),
        (picks, candidates, layer) => {
          const policy = makePolicy(name, SHAPE);
          for (const [i, of] of picks.entries()) policy.observe(Math.floor(i / 3), i % 3, of, EVEN);
          expect(candidates).toContain(policy.victim(candidates, layer));
        },
      ),
    );
  });

  test('lets go of what was never picked before what is picked by every token', () => {
    const policy = makePolicy(name, SHAPE);
    for (let token = 0; token < 30; token++) {
      for (let layer = 0; layer < 3; layer++) policy.observe(token, layer, [0, 1], [0.6, 0.3, 0.05, 0.05]);
    }
    expect(policy.victim([1, 3], 2)).toBe(3);
  });
});

test('lfu counts uses, lfru their scores and how long ago they were', () => {
  const seen = (name: 'lfu' | 'lfru') => {
    const policy = makePolicy(name, SHAPE);
    for (let token = 0; token < 6; token++) policy.observe(token, 0, [token < 4 ? 0 : 1], [0.3, 0.7, 0, 0]);
    return policy.victim([0, 1], 0);
  };
  expect(seen('lfu')).toBe(1);
  expect(seen('lfru')).toBe(0);
});

test('least-stale: passed by without use, then used and passed the latest, layers ahead last', () => {
  const policy = makePolicy('least-stale', SHAPE);
  for (let layer = 0; layer < 3; layer++) policy.observe(0, layer, [0, 1], EVEN);
  policy.observe(1, 0, [0, 2], EVEN);
  policy.observe(1, 1, [0, 2], EVEN);
  const order: number[] = [];
  const left = new Set([0, 1, 4, 8]);
  while (left.size > 0) {
    const victim = policy.victim([...left], 1);
    order.push(victim);
    left.delete(victim);
  }
  expect(order).toEqual([1, 4, 0, 8]);
});

test('with slots for less than a token picks, least recently used finds nothing and the default a good part of what can be', () => {
  const trace = syntheticMixtral(120);
  const arenas = oneArena(32, 20);
  const rate = (name: (typeof POLICY_NAMES)[number]) =>
    hitRate(simulate(trace, { arenas, policy: makePolicy(name, trace.model) }).decode);
  expect(rate('lru')).toBeLessThan(0.03);
  expect(rate(DEFAULT_POLICY)).toBeGreaterThan(0.3 * hitRate(belady(trace, arenas).decode));
});

test('on 2,403 tokens of the embedded model the default closes a third of the gap between LRU and Belady, at 25, 50 and 75%', () => {
  const trace = parseTrace(readFileSync(new URL('../../tests/fixtures/traces/tiny.ndjson', import.meta.url), 'utf8'));
  expect(trace.steps.filter(({ phase }) => phase === 'decode').length).toBe(2403);
  for (const slots of [8, 16, 24]) {
    const arenas = oneArena(4, slots);
    const [lru, own] = (['lru', DEFAULT_POLICY] as const).map((name) =>
      hitRate(simulate(trace, { arenas, policy: makePolicy(name, trace.model) }).decode),
    ) as [number, number];
    const best = hitRate(belady(trace, arenas).decode);
    expect([slots, own - lru >= (best - lru) / 3]).toEqual([slots, true]);
  }
});
