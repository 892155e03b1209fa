import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { testConfig } from '../gpu/kernels/testing-data';
import { foresightBytes, foresightOffset, routeWords } from './buffers';
import { readForesight, readRoute } from './routing';

const NONE = 0xffffffff;
const c = testConfig({ nExperts: 4, topK: 2, nLayers: 4 });

/** One token's words: its picks with their weights, then the logits of all experts. */
function wordsOf(picks: number[], logits: number[], weights: number[] = []): Uint32Array {
  const words = new Uint32Array(routeWords(c, 1));
  const bits = new Uint32Array(Float32Array.from(picks, (_, k) => weights[k] ?? 0).buffer);
  for (const [k, expert] of picks.entries()) words.set([expert, 0, bits[k] as number], k * 3);
  words.set(new Uint32Array(Float32Array.from(logits).buffer), 3 * c.topK);
  return words;
}

describe('a route', () => {
  it.each([
    { name: 'exact', picks: [1, 3], weights: [0.75, 0.25], experts: [1, 3], replaced: 0, skipped: 0 },
    { name: 'replaced', picks: [1, 0], weights: [0.875, 0.125], experts: [1, 0], replaced: 1, skipped: 0 },
    { name: 'skipped', picks: [1, NONE], weights: [1], experts: [1], replaced: 0, skipped: 1 },
  ])('$name: what is computed, and what a lossy mode changed', ({ name: _, picks, ...expected }) => {
    const route = readRoute(c, wordsOf(picks, [0, 3, -1, 2], expected.weights), 1, 0);
    expect(route).toMatchObject(expected);
    expect(route.scores.reduce((a, b) => a + b)).toBeCloseTo(1, 6);
    expect((route.scores[3] as number) / (route.scores[0] as number)).toBeCloseTo(Math.exp(2), 4);
  });

  it('counts nothing as replaced where the router was exact, ties included', () => {
    const logits = fc.array(fc.integer({ min: -2, max: 2 }), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(logits, (some) => {
        const ranked = [...some.keys()].sort((a, b) => (some[b] as number) - (some[a] as number) || a - b);
        expect(readRoute(c, wordsOf(ranked.slice(0, 2), some), 1, 0).replaced).toBe(0);
        expect(readRoute(c, wordsOf([ranked[0] as number, ranked[2] as number], some), 1, 0).replaced).toBe(1);
      }),
    );
  });
});

describe('a foresight', () => {
  const stateOf = (fault: number) => {
    const state = new ArrayBuffer(foresightOffset(c) + foresightBytes(c));
    new Uint32Array(state)[0] = fault;
    new Float32Array(state, foresightOffset(c)).set([0, 0, 0, 0, 900, 0, 0, 0]);
    return state;
  };

  it.each([
    [0, 2],
    [1, 2],
    [2, 1],
    [3, 0],
    [NONE, 0],
  ])('of a fault at layer %i is of %i layers', (fault, count) => {
    const scores = readForesight(c, stateOf(fault));
    const expected = [
      [0.25, 0.25, 0.25, 0.25],
      [1, 0, 0, 0],
    ];
    expect(scores.map((layer) => [...layer])).toEqual(expected.slice(0, count));
  });

  it('names no expert that may not be picked', () => {
    const kept = [[0], [1, 3], [1, 2], [0]];
    expect(readForesight(c, stateOf(0), kept).map((layer) => [...layer])).toEqual([
      [0, 0.5, 0, 0.5],
      [0, 0.5, 0.5, 0],
    ]);
  });
});
