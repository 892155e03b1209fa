import { describe, expect, it } from 'vitest';
import { type Chat, type ChatAction, isStreaming, reduceChat, toMessages } from './chat';

const ask = (question: string, answerId: string): ChatAction => ({
  type: 'chat/asked',
  question,
  questionId: `q-${answerId}`,
  answerId,
  from: null,
});
const stream = (answerId: string, text: string): ChatAction => ({ type: 'chat/streamed', answerId, text, stats: null });
const play = (...actions: ChatAction[]) => actions.reduce(reduceChat, [] as Chat);

describe('reduceChat', () => {
  it('grows the answer and keeps all other messages the same objects', () => {
    const before = play(
      ask('one', 'a'),
      stream('a', 'first'),
      { type: 'chat/ended', answerId: 'a', status: 'done' },
      ask('two', 'b'),
    );
    const after = reduceChat(reduceChat(before, stream('b', 'sec')), stream('b', 'ond'));
    expect(after.at(-1)).toMatchObject({ text: 'second', status: 'streaming' });
    expect(after.slice(0, -1).every((entry, index) => entry === before[index])).toBe(true);
  });

  it('drops what a stopped, replaced or cleared answer sends late', () => {
    const stopped = play(ask('one', 'a'), stream('a', 'part'), {
      type: 'chat/ended',
      answerId: 'a',
      status: 'stopped',
    });
    expect(reduceChat(stopped, stream('a', 'late'))).toBe(stopped);
    const replaced = reduceChat(stopped, { type: 'chat/regenerated', answerId: 'b', from: null });
    expect(reduceChat(replaced, stream('a', 'late'))).toBe(replaced);
    const cleared = reduceChat(replaced, { type: 'chat/cleared' });
    expect(reduceChat(cleared, stream('b', 'late'))).toEqual([]);
  });

  it('regenerates only an answer, keeping its question', () => {
    const chat = play(ask('one', 'a'), stream('a', 'text'), { type: 'chat/ended', answerId: 'a', status: 'done' });
    const again = reduceChat(chat, { type: 'chat/regenerated', answerId: 'b', from: null });
    expect(again).toHaveLength(2);
    expect(again[1]).toMatchObject({ id: 'b', text: '', status: 'streaming' });
    expect(reduceChat([], { type: 'chat/regenerated', answerId: 'b', from: null })).toEqual([]);
    expect(isStreaming(again)).toBe(true);
  });
});

describe('toMessages', () => {
  it('leaves out the answer being written', () => {
    expect(toMessages(play(ask('one', 'a'), stream('a', 'par')))).toEqual([{ role: 'user', content: 'one' }]);
  });

  it('leaves out a question whose answer came to nothing, so that roles alternate', () => {
    const chat = play(ask('one', 'a'), { type: 'chat/ended', answerId: 'a', status: 'failed' }, ask('two', 'b'));
    expect(toMessages(chat)).toEqual([{ role: 'user', content: 'two' }]);
  });

  it('keeps a stopped answer', () => {
    const chat = play(
      ask('one', 'a'),
      stream('a', 'part'),
      { type: 'chat/ended', answerId: 'a', status: 'stopped' },
      ask('two', 'b'),
    );
    expect(toMessages(chat).map(({ content }) => content)).toEqual(['one', 'part', 'two']);
  });
});
