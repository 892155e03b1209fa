import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GenerateDelta, GenerateResult, GenerateStats } from '../../protocol/engine';
import { Replay } from './replay';

const stats = {} as GenerateStats;
const words = ['Once', ' upon', ' a', ' time', ',', ' there', ' was'];

/** Tokens `from` to `to` of the answer as one batch. */
function batch(from: number, to: number): GenerateDelta {
  const ids = Array.from({ length: to - from }, (_, index) => from + index);
  const pieces = words.slice(from, to);
  const [picks, weights] = [ids.map((id) => [[id]]), ids.map((id) => [[1 / (1 + id)]])];
  return { text: pieces.join(''), ids, pieces, picks, weights, stats };
}

/** The answer up to token `end`, cut at the places in `cuts`. */
function batches(end: number, cuts: number[]): GenerateDelta[] {
  const places = [...new Set([0, ...cuts.filter((cut) => cut < end), end])].sort((a, b) => a - b);
  return places.slice(1).map((to, index) => batch(places[index] ?? 0, to));
}

const joined = (deltas: GenerateDelta[]) => ({
  text: deltas.map(({ text }) => text).join(''),
  ids: deltas.flatMap(({ ids }) => ids),
  pieces: deltas.flatMap(({ pieces }) => pieces),
  picks: deltas.flatMap(({ picks }) => picks),
  weights: deltas.flatMap(({ weights }) => weights),
});

describe('an answer that a new leader gives again', () => {
  it('is heard once, however both leaders cut it', () => {
    const cuts = fc.array(fc.integer({ min: 1, max: words.length - 1 }));
    fc.assert(
      fc.property(fc.integer({ min: 0, max: words.length }), cuts, cuts, (end, before, after) => {
        const replay = new Replay();
        const heard = batches(end, before).map((delta) => replay.take(delta));
        replay.startAgain();
        heard.push(...batches(words.length, after).map((delta) => replay.take(delta)));
        expect(joined(heard.filter((delta) => delta !== null))).toEqual(joined([batch(0, words.length)]));
        replay.check({ text: words.join('') } as GenerateResult);
      }),
    );
  });

  it('is heard once when two leaders in turn went away', () => {
    const replay = new Replay();
    const heard = [replay.take(batch(0, 4))];
    replay.startAgain();
    heard.push(replay.take(batch(0, 2)));
    replay.startAgain();
    heard.push(replay.take(batch(0, 7)));
    expect(heard.map((delta) => delta?.text ?? null)).toEqual(['Once upon a time', null, ', there was']);
  });

  it('brings log probabilities and tool calls once too', () => {
    const toolCall = { id: 'abcdefghi', name: 'f', arguments: '{}' };
    const logprob = { id: 0, token: 'Once', bytes: null, logprob: -1, top: [] };
    const whole = { ...batch(0, 2), logprobs: [logprob, { ...logprob, id: 1 }], toolCalls: [toolCall] };
    const replay = new Replay();
    replay.take({ ...batch(0, 1), logprobs: [logprob], toolCalls: [] });
    replay.startAgain();
    expect(replay.take(whole)).toMatchObject({ ids: [1], logprobs: [{ id: 1 }], toolCalls: [toolCall] });
    replay.startAgain();
    expect(replay.take(whole)).toBeNull();
  });

  it.each([
    ['other words', { ...batch(0, 3), text: 'Once upon my' }],
    ['other tokens', { ...batch(0, 3), ids: [0, 9, 2] }],
  ])('ends with worker-died where it has %s', (_, other) => {
    const replay = new Replay();
    replay.take(batch(0, 3));
    replay.startAgain();
    expect(() => replay.take(other)).toThrow(expect.objectContaining({ code: 'worker-died' }));
  });

  it('ends with worker-died where it is shorter than what was heard', () => {
    const replay = new Replay();
    replay.take(batch(0, 3));
    replay.startAgain();
    expect(() => replay.check({ text: 'Once' } as GenerateResult)).toThrow(
      expect.objectContaining({ code: 'worker-died' }),
    );
  });
});
