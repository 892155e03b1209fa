import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ModelConfig } from '../model/config';
import { KvCache } from './kv-cache';
import { router } from './router';

const config: ModelConfig = {
  dim: 4,
  hiddenDim: 32,
  nLayers: 2,
  nHeads: 2,
  nKvHeads: 1,
  headDim: 32,
  nExperts: 4,
  topK: 2,
  vocabSize: 8,
  ropeTheta: 10000,
  normEps: 1e-5,
  maxContext: 8,
  tieEmbeddings: false,
  bosId: 1,
  eosIds: [2],
};
const ones = Float32Array.of(1, 1, 1, 1);

describe('the router', () => {
  it.each([
    [1, [1]],
    [2, [1, 0]],
    [4, [1, 0, 2, 3]],
  ])('picks top %i, of equal logits the lower id first', (topK, picks) => {
    // Logits 1, 2, 1, 1 times the same factor.
    const gate = Float32Array.of(1, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0);
    const route = router({ ...config, topK }, Float64Array.of(1, 1, 1, 1), ones, gate);
    expect(route.picks).toEqual(picks);
    expect(route.weights.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
  });

  it('picks among some experts as one that has these alone', () => {
    const c = { ...config, nExperts: 8, topK: 2 };
    const some = fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 8, maxLength: 8 });
    const keeps = fc.subarray([0, 1, 2, 3, 4, 5, 6, 7], { minLength: 2 });
    const x = Float64Array.of(1, 1, 1, 1);
    const gateOf = (logits: number[]) => Float32Array.from(logits.flatMap((logit) => [logit, 0, 0, 0]));
    fc.assert(
      fc.property(some, keeps, (logits, kept) => {
        const got = router(c, x, ones, gateOf(logits), undefined, kept);
        const cut = { ...c, nExperts: kept.length };
        const alone = router(cut, x, ones, gateOf(kept.map((e) => logits[e] as number)));
        expect(got.picks).toEqual(alone.picks.map((e) => kept[e]));
        expect(got.weights).toEqual(alone.weights);
        for (const [e, logit] of got.logits.entries()) expect(Number.isFinite(logit)).toBe(kept.includes(e));
      }),
    );
  });

  it('in a lossy mode keeps the first choice, takes residents within the margin alone, and leaves out what weighs little', () => {
    const c = { ...config, nExperts: 8, topK: 3 };
    const bits = fc.array(fc.boolean(), { minLength: 8, maxLength: 8 });
    const some = fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 8, maxLength: 8 });
    const margins = fc.constantFrom(0, 1, 3, 1e38);
    fc.assert(
      fc.property(
        some,
        bits,
        margins,
        fc.constantFrom(0, 0.1, 0.4, 1),
        (logits, resident, residentMargin, skipBelow) => {
          const gate = Float32Array.from(logits.flatMap((logit) => [logit, 0, 0, 0]));
          const isResident = (e: number) => resident[e] === true;
          const route = (margin: number, least: number) =>
            router(c, Float64Array.of(1, 1, 1, 1), ones, gate, {
              residentMargin: margin,
              skipBelow: least,
              isResident,
            });
          const logit = (e: number) => exact.logits[e] as number;
          const missing = (picks: number[]) => picks.filter((e) => !isResident(e));
          const exact = router(c, Float64Array.of(1, 1, 1, 1), ones, gate);
          expect(route(0, 0)).toEqual(exact);

          const full = route(residentMargin, 0).picks;
          expect(full[0]).toBe(exact.picks[0]);
          expect(new Set(full).size).toBe(c.topK);
          for (const [k, pick] of full.entries()) {
            const choice = exact.picks[k] as number;
            if (pick === choice) continue;
            expect([isResident(pick), isResident(choice), exact.picks.includes(pick)]).toEqual([true, false, false]);
            expect(logit(pick)).toBeGreaterThan(logit(choice) - residentMargin);
          }
          // What could have stood in and did not is no better than what did.
          const idle = exact.logits.findIndex((_, e) => isResident(e) && !exact.picks.includes(e) && !full.includes(e));
          if (residentMargin === 1e38 && idle >= 0) expect(missing(full).length).toBe(missing(full.slice(0, 1)).length);

          const kept = route(residentMargin, skipBelow);
          expect(kept.picks[0]).toBe(exact.picks[0]);
          expect(kept.weights.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
          const { weights } = route(residentMargin, 0);
          expect(kept.picks).toEqual(full.filter((_, k) => k === 0 || (weights[k] as number) >= skipBelow));
        },
      ),
    );
  });
});

describe('the KV cache', () => {
  it('rounds to f16 or keeps what it is given', () => {
    const width = config.nKvHeads * config.headDim;
    const third = new Float64Array(width).fill(1 / 3);
    for (const [rounding, value] of [
      ['f16', 0.333251953125],
      ['exact', 1 / 3],
    ] as const) {
      const cache = new KvCache(config, rounding, 3);
      cache.store(1, 2, third, third);
      expect(cache.keys(1)[2 * width]).toBe(value);
      expect(cache.values(1)[2 * width]).toBe(value);
      expect(cache.keys(0)[2 * width]).toBe(0);
    }
  });
});
