import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MixtabError } from '../protocol/errors';
import type { Trace, TraceStep } from '../protocol/trace';
import { parseTrace, writeTrace } from './trace';

const MODEL = { name: 'm', nLayers: 2, nExperts: 3, topK: 1, expertBytes: 10, tokenBytes: 100 };

const token = fc
  .array(fc.tuple(fc.nat(2), fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 3, maxLength: 3 })), {
    minLength: 2,
    maxLength: 2,
  })
  .map((layers) => ({
    picks: layers.map(([pick]) => [pick]),
    scores: layers.map(([, scores]) => scores.map((s) => s / 1000)),
  }));
const step: fc.Arbitrary<TraceStep> = fc.oneof(
  fc.record({
    phase: fc.constant('prefill' as const),
    last: fc.boolean(),
    tokens: fc.array(token, { minLength: 1, maxLength: 3 }),
  }),
  fc.record({ phase: fc.constant('decode' as const), last: fc.constant(true), tokens: fc.tuple(token) }),
);

test('what is written is read again, also several files joined', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 5 }), fc.array(step, { maxLength: 5 }), (first, second) => {
      const [a, b]: [Trace, Trace] = [
        { model: MODEL, steps: first },
        { model: MODEL, steps: second },
      ];
      expect(parseTrace(writeTrace(a))).toEqual(a);
      expect(parseTrace(writeTrace(a) + writeTrace(b)).steps).toEqual([...first, ...second]);
    }),
  );
});

test('scores keep four digits, whatever they are', () => {
  const scores = [[0.123456, 0.0000123456, 0.876531], new Float32Array([1, 0, 0])];
  const trace: Trace = {
    model: MODEL,
    steps: [{ phase: 'decode', last: true, tokens: [{ picks: [[2], [0]], scores }] }],
  };
  expect(parseTrace(writeTrace(trace)).steps[0]?.tokens[0]?.scores).toEqual([
    [0.1235, 0.00001235, 0.8765],
    [1, 0, 0],
  ]);
});

const HEAD = JSON.stringify({ format: 'mixtab-trace', version: 1, model: MODEL });
const line = (of: object) =>
  JSON.stringify({
    phase: 'decode',
    last: true,
    tokens: [
      {
        picks: [[0], [1]],
        scores: [
          [1, 0, 0],
          [1, 0, 0],
        ],
        ...of,
      },
    ],
  });

test.each([
  ['nothing', '', 1],
  ['no JSON', 'phase: decode', 1],
  ['another format', '{"format":"gguf"}', 1],
  ['a later version', HEAD.replace(':1', ':2'), 1],
  ['no shape', HEAD.replace('"nLayers":2', '"nLayers":0'), 1],
  ['more picks than experts', HEAD.replace('"topK":1', '"topK":4'), 1],
  ['no bytes', HEAD.replace('"tokenBytes":100', '"tokenBytes":"all"'), 1],
  ['another model', `${HEAD}\n${HEAD.replace('"m"', '"n"')}`, 2],
  ['another phase', `${HEAD}\n${line({}).replace('decode', 'draft')}`, 2],
  ['a step without tokens', `${HEAD}\n{"phase":"prefill","last":true,"tokens":[]}`, 2],
  ['a layer too few', `${HEAD}\n${line({ picks: [[0]] })}`, 2],
  ['an expert that is not there', `${HEAD}\n${line({})}\n${line({ picks: [[0], [3]] })}`, 3],
  ['an expert twice', `${HEAD}\n${line({ picks: [[0, 0], [1]] })}`, 2],
  [
    'a score above 1',
    `${HEAD}\n${line({
      scores: [
        [2, 0, 0],
        [1, 0, 0],
      ],
    })}`,
    2,
  ],
  [
    'a score too few',
    `${HEAD}\n${line({
      scores: [
        [1, 0],
        [1, 0, 0],
      ],
    })}`,
    2,
  ],
  ['no last', `${HEAD}\n${line({}).replace('true', '1')}`, 2],
])('%s is refused, with its line', (_, text, at) => {
  const error = (() => {
    try {
      return parseTrace(text);
    } catch (thrown) {
      return thrown;
    }
  })();
  expect(error).toBeInstanceOf(MixtabError);
  expect(error).toMatchObject({ code: 'trace-invalid', data: { line: at } });
  expect((error as MixtabError).message).toMatch(new RegExp(`^trace, line ${at}: expected .+, got .+`));
});
