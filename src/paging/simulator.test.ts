import fc from 'fast-check';
import { expect, test } from 'vitest';
import { POLICY_NAMES } from '../protocol/paging';
import type { Trace } from '../protocol/trace';
import { belady } from './belady';
import { oneArena } from './comparison';
import { makePolicy } from './policies';
import { LruPolicy } from './policy';
import { simulate } from './simulator';

const MODEL = { name: 'm', nLayers: 2, nExperts: 4, topK: 2, expertBytes: 100, tokenBytes: 1000 };
const EVEN = [0.25, 0.25, 0.25, 0.25];

/** `[token][layer][k]`, decoded. */
function decoded(tokens: number[][][], scores = EVEN): Trace {
  return {
    model: MODEL,
    steps: tokens.map((picks) => ({
      phase: 'decode',
      last: true,
      tokens: [{ picks, scores: picks.map(() => scores) }],
    })),
  };
}

const lru = () => new LruPolicy(MODEL);
const picks = fc.uniqueArray(fc.nat(3), { minLength: 2, maxLength: 2 });
const traces = fc.array(fc.tuple(picks, picks), { minLength: 1, maxLength: 25 }).map((tokens) => decoded(tokens));

test('hits and misses are all picks, by layer as by phase; with room for all, an expert misses once; no policy beats Belady', () => {
  fc.assert(
    fc.property(traces, fc.integer({ min: 2, max: 8 }), fc.constantFrom(...POLICY_NAMES), (trace, slots, name) => {
      const arenas = oneArena(2, slots);
      const { decode, layers } = simulate(trace, { arenas, policy: makePolicy(name, MODEL) });
      expect(decode.hits + decode.misses).toBe(trace.steps.length * 4);
      expect(layers.reduce((sum, { misses }) => sum + misses, 0)).toBe(decode.misses);
      const used = new Set(
        trace.steps.flatMap(({ tokens }) => tokens.flatMap((t) => t.picks.flatMap((p, l) => p.map((e) => l * 4 + e)))),
      );
      if (slots === 8) expect(decode.misses).toBe(used.size);
      expect(belady(trace, arenas).decode.misses).toBeLessThanOrEqual(decode.misses);
    }),
  );
});

test('a prompt bypasses what decode holds: it passes through one free slot after another', () => {
  const token = {
    picks: [
      [0, 1],
      [0, 1],
    ],
    scores: [EVEN, EVEN],
  };
  const others = Array.from({ length: 40 }, (_, t) => ({
    ...token,
    picks: [
      [t % 4, (t + 1) % 4],
      [2, 3],
    ],
  }));
  const trace: Trace = {
    model: MODEL,
    steps: [
      { phase: 'decode', last: true, tokens: [token] },
      { phase: 'prefill', last: true, tokens: [...others, token] },
      { phase: 'decode', last: true, tokens: [token] },
    ],
  };
  const result = simulate(trace, { arenas: oneArena(2, 6), policy: lru() });
  expect(result.prefill).toEqual({ hits: 4, misses: 4 });
  expect(result.decode).toEqual({ hits: 4, misses: 4 });
});

test('pinned experts stay', () => {
  const trace = decoded([
    [
      [0, 1],
      [0, 1],
    ],
    [
      [2, 3],
      [2, 3],
    ],
    [
      [0, 1],
      [0, 1],
    ],
  ]);
  expect(simulate(trace, { arenas: oneArena(2, 4), policy: lru() }).decode.hits).toBe(0);
  expect(simulate(trace, { arenas: oneArena(2, 4), policy: lru(), pinned: [0, 4] }).decode.hits).toBe(2);
});

const SPEEDS = { expertBytes: 100, storageBytesPerSecond: 100, computeSeconds: 4 };

test('a token takes its computing and what it waits for; what is counted begins after the warm-up', () => {
  const same = [
    [0, 1],
    [0, 1],
  ];
  const trace = decoded([same, same, same]);
  const options = { arenas: oneArena(2, 4), speeds: SPEEDS };
  expect(simulate(trace, { ...options, policy: lru() })).toMatchObject({
    tokens: 3,
    seconds: 12 + 4,
    stalls: 2,
    bytes: 400,
  });
  expect(simulate(trace, { ...options, policy: lru(), warmUp: 1 })).toMatchObject({
    tokens: 2,
    seconds: 8,
    stalls: 0,
    bytes: 0,
  });
});

test('what is foreseen is read while the layer before is computed, and is waited for no more; foreseen wrongly it is only read', () => {
  const trace = decoded([
    [
      [0, 1],
      [0, 1],
    ],
  ]);
  const options = { arenas: oneArena(2, 8), speeds: SPEEDS };
  const right = simulate(trace, { ...options, policy: lru(), foresight: { recall: 1, depth: 1 } });
  expect(right).toMatchObject({ decode: { hits: 2, misses: 2 }, stallSeconds: 2, bytes: 400 });
  const wrong = simulate(trace, { ...options, policy: lru(), foresight: { recall: 0, depth: 1 } });
  expect(wrong).toMatchObject({ decode: { hits: 0, misses: 4 }, stallSeconds: 4 });
  expect(wrong.bytes).toBeGreaterThan(400);
});

test('what is half read when it is picked is waited for by half', () => {
  const trace = decoded([
    [
      [0, 1],
      [0, 1],
    ],
  ]);
  const speeds = { ...SPEEDS, computeSeconds: 1 };
  const result = simulate(trace, { arenas: oneArena(2, 8), speeds, policy: lru(), foresight: { recall: 1, depth: 1 } });
  expect(result).toMatchObject({ decode: { misses: 4 }, stallSeconds: 3.5, bytes: 400 });
});

test('lossy modes read less: a resident one within the margin, nothing for a light one, fewer choices', () => {
  const scores = [0.4, 0.3, 0.2, 0.1];
  const trace = decoded(
    [
      [
        [0, 1],
        [0, 1],
      ],
    ],
    scores,
  );
  const run = (lossy: object, first = trace) => simulate(first, { arenas: oneArena(2, 8), policy: lru(), lossy });
  expect(run({ skipBelow: 0.45 })).toMatchObject({ decode: { misses: 2 }, skipped: 2 });
  expect(run({ topK: 1 })).toMatchObject({ decode: { misses: 2 }, skipped: 0 });
  const swapped = decoded(
    [
      [
        [0, 1],
        [0, 1],
      ],
    ],
    [0.4, 0.3, 0.2, 0.1],
  );
  swapped.steps.push({
    phase: 'decode',
    last: true,
    tokens: [
      {
        picks: [
          [0, 2],
          [0, 2],
        ],
        scores: [0, 1].map(() => [0.4, 0.2, 0.3, 0.1]),
      },
    ],
  });
  expect(run({ residentMargin: 0.5 }, swapped)).toMatchObject({ decode: { hits: 4, misses: 4 }, replaced: 2 });
  expect(run({ residentMargin: 0.3 }, swapped)).toMatchObject({ decode: { hits: 2, misses: 6 }, replaced: 0 });
});

test('a stand-in is not waited for, and its expert takes its place when it is read', () => {
  const [a, b] = [
    [
      [0, 1],
      [0, 1],
    ],
    [
      [2, 3],
      [2, 3],
    ],
  ];
  const trace = decoded([a, b, a, a, a]);
  const options = { arenas: oneArena(2, 4), speeds: { ...SPEEDS, storageBytesPerSecond: 50 } };
  const exact = simulate(trace, { ...options, policy: lru() });
  const coarse = simulate(trace, { ...options, policy: lru(), lossy: { standIns: 8 } });
  expect(exact.stallSeconds).toBe(24);
  expect(coarse.stallSeconds).toBe(16);
  expect(coarse.stoodIn).toBeGreaterThanOrEqual(4);
  expect(coarse.stoodIn).toBeLessThan(12);
});
