import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseTrace, writeTrace } from '../paging/trace';
import type { TraceStep } from '../protocol/trace';
import { csvOf, layersCsv, loadCsv, togetherCsv } from './csv';
import { importances, miscounts, suggestKept, toggled } from './expert-choice';
import { PAPER_REPETITION, paperLayersOf } from './mixtral-paper';
import { addLogprobs, NO_SURPRISE, perplexityOf } from './perplexity';
import { countRun } from './routing-counts';
import { textWindows } from './text-windows';

const shape = { nLayers: 1, nExperts: 3 };
/** Expert 0 is picked often and lightly, 1 seldom and with all the weight, 2 in between. */
const counts = countRun(shape, [
  {
    phase: 'prefill',
    last: true,
    tokens: [
      { picks: [[2, 0]], scores: [[0.1, 0, 0.9]] },
      { picks: [[1, 0]], scores: [[0.02, 0.98, 0]] },
      { picks: [[2, 0]], scores: [[0.1, 0, 0.9]] },
    ],
  },
]);

test('activity counts picks, weighted importance what they contribute', () => {
  expect(importances(counts, 'activity')[0]).toEqual([1 / 2, 1 / 6, 1 / 3]);
  expect(suggestKept(counts, 'activity', 2)).toEqual([[0, 2]]);
  expect(suggestKept(counts, 'weighted', 2)).toEqual([[1, 2]]);
});

test('an expert is taken in or left out, and a layer says what is missing', () => {
  const kept = [
    [0, 2],
    [1, 2],
  ];
  const without = toggled(kept, 1, 2);
  expect(without).toEqual([[0, 2], [1]]);
  expect(miscounts(without, 2)).toEqual([{ layer: 1, by: -1 }]);
  expect(toggled(without, 1, 0)).toEqual([
    [0, 2],
    [0, 1],
  ]);
  expect(miscounts(kept, 2)).toEqual([]);
});

test('windows hold every id in order, each behind the first', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(9), { maxLength: 60 }), fc.integer({ min: 2, max: 20 }), (rest, size) => {
      const windows = textWindows([77, ...rest], size);
      expect(windows.flatMap((ids) => ids.slice(1))).toEqual(rest);
      for (const ids of windows) {
        expect(ids[0]).toBe(77);
        expect(ids.length).toBeLessThanOrEqual(size);
        expect(ids.length).toBeGreaterThan(1);
      }
    }),
  );
  expect(textWindows([], 8)).toEqual([]);
});

test('perplexity is of all windows together, without their first tokens', () => {
  const half = Math.log(0.5);
  const surprise = [
    [0, half, half],
    [0, half],
  ].reduce(addLogprobs, NO_SURPRISE);
  expect(surprise.tokens).toBe(3);
  expect(perplexityOf(surprise)).toBeCloseTo(2, 12);
  expect(perplexityOf(NO_SURPRISE)).toBeNull();
});

test('CSV quotes what would break it, and has a row for each thing', () => {
  expect(csvOf(['a', 'b'], [['x "y", z', null]])).toBe('a,b\r\n"x ""y"", z",\r\n');
  const domains = [{ name: 'A', counts }];
  expect(loadCsv(domains).split('\r\n')[1]).toBe(`A,0,0,0,0.5,${(0.1 + 0.02 + 0.1) / 3}`);
  expect(layersCsv(domains).split('\r\n')[1]).toMatch(/^A,0,3,2,0,1,/);
  expect(togetherCsv(domains).split('\r\n')).toHaveLength(1 + 9 + 1);
});

test('a saved analysis, its domains named in the headers, is a trace like any other', () => {
  const model = { name: 'x', nLayers: 1, nExperts: 3, topK: 2, expertBytes: 1, tokenBytes: 1 };
  const steps: TraceStep[] = [{ phase: 'prefill', last: true, tokens: [{ picks: [[2, 0]], scores: [[0.1, 0, 0.9]] }] }];
  const file = ['Code', 'Letters'].map((domain) => writeTrace({ model, steps }, { domain })).join('');
  expect(JSON.parse(file.split('\n')[0] ?? '')).toMatchObject({ domain: 'Code' });
  expect(parseTrace(file)).toEqual({ model, steps: [...steps, ...steps] });
});

test("the paper's layers, and where they are in a smaller model", () => {
  expect(paperLayersOf(32)).toEqual([0, 15, 31]);
  expect(paperLayersOf(4)).toEqual([0, 1, 3]);
  expect(paperLayersOf(1)).toEqual([0]);
  expect(PAPER_REPETITION).toHaveLength(8);
});
