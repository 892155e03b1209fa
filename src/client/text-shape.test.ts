import { expect, it } from 'vitest';
import type { ChosenLogprob } from '../protocol/engine';
import { textShape } from './text-shape';

const token = (text: string, bytes: number[] | null): ChosenLogprob => ({
  id: 1,
  token: text,
  bytes,
  logprob: -1,
  top: [],
});

it('offsets are in characters, also where a token ends in the middle of one', () => {
  const logprobs = [
    token('a', [0x61]),
    token('\ufffd', [0xc3]),
    token('\ufffd', [0xb6]),
    token('b', [0x62]),
    token('', null),
  ];
  const shape = textShape({ id: 'x', created: 0, model: 'm', system_fingerprint: 'f' });
  const choice = shape.choice(0);
  const parts = [logprobs.slice(0, 2), logprobs.slice(2)].map((part) => {
    const delta = { text: '', ids: [], picks: [], logprobs: part } as unknown as Parameters<typeof choice.delta>[0];
    return choice.delta(delta).choices[0]?.logprobs?.text_offset;
  });
  // aöb: the second byte of ö completes a character that began after `a`.
  expect(parts).toEqual([
    [0, 1],
    [1, 2, 3],
  ]);
});
