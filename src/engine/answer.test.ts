import fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Route } from '../model/routing';
import type { GenerateDelta, GenerateStats } from '../protocol/engine';
import { Answer } from './answer';

const EOS = 0;
const CONTROL = 1;
/** Ids from 0x80 to 0xff are bytes. */
const TEXTS = new Map([
  [2, ' Once'],
  [3, 'é'],
  [4, '!'],
]);
const tokenizer = {
  piece: (id: number) => TEXTS.get(id) ?? (id < 0x80 ? null : id),
  controlToken: () => null,
};
const routeTo = (expert: number): Route => ({
  experts: [expert],
  weights: [1],
  scores: Float32Array.of(1),
  replaced: 0,
  skipped: 0,
});

beforeEach(() => vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => vi.useRealTimers());

/** Tokens with the milliseconds before each. */
const tokens = fc.array(
  fc.record({
    id: fc.oneof(fc.integer({ min: CONTROL, max: 4 }), fc.integer({ min: 0x80, max: 0xff })),
    ms: fc.constantFrom(0, 5, 20),
  }),
);

function answerOf(all: { id: number; ms: number }[], ends: boolean): { text: string; deltas: GenerateDelta[] } {
  const deltas: GenerateDelta[] = [];
  const options = { stop: [], eosIds: [EOS], after: [], callIdOf: null };
  const answer = new Answer(
    tokenizer,
    options,
    () => ({}) as GenerateStats,
    (delta) => deltas.push(delta),
  );
  for (const { id, ms } of [...all, ...(ends ? [{ id: EOS, ms: 20 }] : [])]) {
    vi.advanceTimersByTime(ms);
    answer.push(id, [routeTo(id)]);
  }
  answer.finish('length');
  return { text: answer.text, deltas };
}

it('tells of each token its piece, its picks and their weights, however bytes break and batches fall', () => {
  fc.assert(
    fc.property(tokens, fc.boolean(), (all, ends) => {
      const { text, deltas } = answerOf(all, ends);
      const ids = [...all.map(({ id }) => id), ...(ends ? [EOS] : [])];
      expect(deltas.flatMap((delta) => delta.ids)).toEqual(ids);
      expect(deltas.flatMap(({ picks }) => picks)).toEqual(ids.map((id) => [[id]]));
      for (const { pieces, weights, ids: own } of deltas) {
        expect([pieces.length, weights]).toEqual([own.length, own.map(() => [[1]])]);
      }
      expect(deltas.flatMap(({ pieces }) => pieces).join('')).toBe(text);
      expect(deltas.map((delta) => delta.text).join('')).toBe(text);
    }),
  );
});

it('gives a character to the token that ends it', () => {
  const bytes = [...new TextEncoder().encode('猫')];
  const all = [2, ...bytes, 4].map((id) => ({ id, ms: 20 }));
  expect(answerOf(all, true).deltas.map(({ pieces }) => pieces)).toEqual([[' Once'], ['', '', '猫'], ['!'], ['']]);
});

it('gives a broken end to the last token', () => {
  const all = [2, 0xe7, 0x8c].map((id) => ({ id, ms: 20 }));
  expect(answerOf(all, false).deltas.map(({ pieces }) => pieces)).toEqual([[' Once'], ['', '\uFFFD']]);
});
