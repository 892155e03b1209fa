import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AnswerRoute, LEFT_OUT } from './answer-route';
import { compareRoutes, jensenShannon, sharesByLayer, totalVariation } from './comparison';

const routeOf = (picks: number[], of: Partial<AnswerRoute> = {}): AnswerRoute => {
  const shape = { layers: 2, experts: 4, topK: 2, ...of };
  const tokens = picks.length / (shape.layers * shape.topK);
  const pieces = new Array<string>(tokens).fill('x');
  return { ...shape, pieces, picks: Uint16Array.from(picks), weights: new Float32Array(picks.length) };
};

const shares = fc
  .array(fc.nat(20), { minLength: 4, maxLength: 4 })
  .filter((counts) => counts.some((count) => count > 0))
  .map((counts) => {
    const total = counts.reduce((a, b) => a + b, 0);
    return counts.map((count) => count / total);
  });

describe('comparing two routes', () => {
  it('counts picks by layer and expert, without those that were left out', () => {
    const route = routeOf([0, 1, 2, 3, 0, LEFT_OUT, 2, 2]);
    expect(sharesByLayer(route)).toEqual([
      [2 / 3, 1 / 3, 0, 0],
      [0, 0, 3 / 4, 1 / 4],
    ]);
  });

  it('finds a route the same as itself, and nothing in common where no expert is', () => {
    const [a, b] = [routeOf([0, 1, 0, 1]), routeOf([2, 3, 2, 3])];
    expect(compareRoutes(a, a)?.map(({ overlap, divergence }) => [overlap, divergence])).toEqual([
      [1, 0],
      [1, 0],
    ]);
    expect(compareRoutes(a, b)?.map(({ overlap, divergence }) => [overlap, divergence])).toEqual([
      [0, 1],
      [0, 1],
    ]);
  });

  it('says that models of other shapes, and routes without picks, cannot be compared', () => {
    const known = routeOf([0, 1, 0, 1]);
    expect(compareRoutes(known, routeOf([0, 1], { layers: 1 }))).toBeNull();
    expect(compareRoutes(known, routeOf([0, 1, 0, 1], { experts: 8 }))).toBeNull();
    expect(compareRoutes(known, routeOf([]))).toBeNull();
  });
});

describe('the two measures', () => {
  it('are symmetric, from 0 to 1, and 0 for the same', () => {
    void fc.assert(
      fc.property(shares, shares, (p, q) => {
        for (const measure of [totalVariation, jensenShannon]) {
          expect(measure(p, q)).toBeCloseTo(measure(q, p), 12);
          expect(measure(p, p)).toBeCloseTo(0, 12);
          expect(measure(p, q)).toBeGreaterThanOrEqual(0);
          expect(measure(p, q)).toBeLessThanOrEqual(1 + 1e-12);
        }
        // Lin 1991, theorem 3: the divergence is no more than the distance.
        expect(jensenShannon(p, q)).toBeLessThanOrEqual(totalVariation(p, q) + 1e-12);
      }),
    );
  });

  it('give the textbook values', () => {
    expect(totalVariation([0.5, 0.5], [1, 0])).toBe(0.5);
    expect(jensenShannon([0.5, 0.5], [1, 0])).toBeCloseTo(0.311278, 6);
  });
});
