import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { LEFT_OUT } from './answer-route';
import { GrowingRoute, type RouteDelta } from './growing-route';
import { RouteBook } from './route-book';

const SHAPE = { layers: 2, experts: 8, topK: 2 };

const token = fc.record({
  piece: fc.string({ maxLength: 3 }),
  layers: fc.array(fc.array(fc.tuple(fc.nat(7), fc.float({ min: 0, max: 1, noNaN: true })), { maxLength: 2 }), {
    minLength: 2,
    maxLength: 2,
  }),
});
type Token = typeof token extends fc.Arbitrary<infer T> ? T : never;

const delta = (tokens: readonly Token[]): RouteDelta => ({
  pieces: tokens.map(({ piece }) => piece),
  picks: tokens.map(({ layers }) => layers.map((picks) => picks.map(([expert]) => expert))),
  weights: tokens.map(({ layers }) => layers.map((picks) => picks.map(([, weight]) => weight))),
});

it('is the same however its tokens come, and what was read stays as it was', () => {
  void fc.assert(
    fc.property(fc.array(fc.array(token, { maxLength: 90 }), { maxLength: 6 }), (batches) => {
      const growing = new GrowingRoute(SHAPE);
      const reads = batches.map((batch) => {
        growing.append(delta(batch));
        const { route } = growing;
        return { route, asRead: structuredClone(route) };
      });
      for (const { route, asRead } of reads) expect(route).toEqual(asRead);
      const whole = new GrowingRoute(SHAPE);
      whole.append(delta(batches.flat()));
      expect(growing.route).toEqual(whole.route);
      expect(GrowingRoute.from(growing.route).route).toEqual(growing.route);
    }),
  );
});

it('marks what a lossy mode left out, and text whose route nobody told', () => {
  const book = new RouteBook();
  const grown: string[] = [];
  book.subscribe((id) => grown.push(id));
  book.begin('a', SHAPE, 'Once');
  book.add('a', SHAPE, { pieces: [' upon'], picks: [[[3], [1, 2]]], weights: [[[1], [0.75, 0.25]]] });
  const route = book.of('a');
  expect(route?.pieces).toEqual(['Once', ' upon']);
  expect([...(route?.picks ?? [])]).toEqual([LEFT_OUT, LEFT_OUT, LEFT_OUT, LEFT_OUT, 3, LEFT_OUT, 1, 2]);
  expect([...(route?.weights ?? [])]).toEqual([0, 0, 0, 0, 1, 0, 0.75, 0.25]);
  expect(grown).toEqual(['a', 'a']);
});
