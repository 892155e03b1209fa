import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sameJson, show } from './json';

it('anything can be shown, at most 60 characters, whatever came with it', () => {
  const loop: unknown[] = [];
  loop.push(loop);
  expect([{ toString: '' }, loop, 1n, undefined, Number.NaN, -Infinity, 'hot', () => 1].map(show)).toEqual([
    '{"toString":""}',
    'object',
    'bigint',
    'undefined',
    'NaN',
    '-Infinity',
    '"hot"',
    'function',
  ]);
  fc.assert(
    fc.property(fc.anything({ withBigInt: true, withNullPrototype: true }), (value) => show(value).length <= 60),
  );
});

it('JSON is the same whatever the order of its keys', () => {
  expect(sameJson({ a: [1, { b: null }], c: 2 }, { c: 2, a: [1, { b: null }] })).toBe(true);
  expect(sameJson({ a: 1 }, { a: 1, b: 2 })).toBe(false);
  expect(sameJson([1, 2], [2, 1])).toBe(false);
});
