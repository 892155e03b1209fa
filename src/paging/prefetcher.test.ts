import { expect, test } from 'vitest';
import { noPaging } from './figures';
import { Prefetcher } from './prefetcher';
import { Transitions } from './transitions';

const SHAPE = { nLayers: 4, nExperts: 8, topK: 2 };
const key = (layer: number, expert: number) => layer * SHAPE.nExperts + expert;
const whole = () => 1;

/** A softmax that names these experts, the first most. */
const naming = (...experts: number[]) =>
  Float32Array.from({ length: SHAPE.nExperts }, (_, e) =>
    experts.includes(e) ? 0.5 - 0.1 * experts.indexOf(e) : 0.01,
  );

function prefetcher() {
  const totals = noPaging(SHAPE);
  return { totals, prefetcher: new Prefetcher(SHAPE, new Transitions(SHAPE), totals) };
}

test('names the picks of the layers after a fault, and tells how many of them came', () => {
  const { totals, prefetcher: p } = prefetcher();
  expect(p.foresee(0, [naming(3, 5), naming(7, 1)])).toEqual([key(1, 3), key(1, 5), key(2, 7), key(2, 1)]);
  p.observe(1, [5, 6], whole);
  p.observe(2, [7, 1], whole);
  // Recall is that of the layer before; two layers ahead is another matter.
  expect([totals.foreseen, totals.foreseeable]).toEqual([1, 2]);
});

test("what a layer's gate named wrongly more often than not is not fetched any more, the rest is", () => {
  const { prefetcher: p } = prefetcher();
  for (let token = 0; token < 10; token++) {
    p.foresee(0, [naming(3, 5), naming(7, 1)]);
    p.observe(1, [3, 0], whole);
    p.observe(2, [7, 1], whole);
  }
  expect(p.foresee(0, [naming(3, 5), naming(7, 1)])).toEqual([key(1, 3), key(2, 7), key(2, 1)]);
});

test('turns itself off where the guesses are right and come too late, and tries again later', () => {
  const { totals, prefetcher: p } = prefetcher();
  const token = (share: number) => {
    const keys = p.foresee(0, [naming(3, 5)]);
    for (const one of keys) p.issued(one);
    p.observe(1, [3, 5], () => share);
    p.nextToken([], () => true);
    return keys.length;
  };
  expect(Array.from({ length: 30 }, () => token(1)).every((keys) => keys === 2)).toBe(true);
  const late = Array.from({ length: 100 }, () => token(0.01));
  expect(late.at(-1)).toBe(0);
  const retried = Array.from({ length: 80 }, () => token(1));
  expect(retried.at(-1)).toBe(2);
  expect(totals.used).toBe(totals.issued);
});

test('an expert that was evicted for a guess and then missed speaks against guessing', () => {
  const { prefetcher: p } = prefetcher();
  const token = () => {
    const keys = p.foresee(0, [naming(3, 5)]);
    for (const one of keys) {
      p.issued(one);
      p.evicted(key(3, 0), true);
      p.missed(key(3, 0));
    }
    p.observe(1, [3, 5], whole);
    p.nextToken([], () => true);
    return keys.length;
  };
  expect(Array.from({ length: 40 }, token)).toContain(0);
});

test('bytes of a guess that is evicted unused, or given up half way, are wasted; those of one that is picked are not', () => {
  const { totals, prefetcher: p } = prefetcher();
  const [first, second, third, fourth] = p.foresee(0, [naming(3, 5), naming(7, 1)]) as [number, number, number, number];
  for (const one of [first, second, third, fourth]) p.issued(one);
  p.fetched(first, 100, true);
  p.fetched(second, 100, true);
  p.fetched(third, 40, false);
  p.observe(1, [3], whole);
  p.evicted(first, false);
  p.evicted(second, false);
  expect(totals.wastedBytes).toBe(140);
  expect([totals.issued, totals.used]).toEqual([4, 1]);
});

test("a next token's pick is fetched once it has followed often enough, if it is absent", () => {
  const { prefetcher: p } = prefetcher();
  for (let token = 0; token < 40; token++) for (let layer = 0; layer < 4; layer++) p.observe(layer, [2, 6], whole);
  expect(p.nextToken([[2, 6]], () => true)).toEqual([key(0, 2), key(0, 6)]);
  expect(p.nextToken([[2, 6]], (absent) => absent === 6)).toEqual([key(0, 6)]);
});
