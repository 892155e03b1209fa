import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Answer,
  type ChatAction,
  chatOf,
  emptyConversation,
  isStreaming,
  type Question,
  reduceChat,
  siblingsOf,
  tipOf,
} from './chat';
import { contentOf, toMessages, toText } from './prompt';

const question = (id: string, parent: string | null, text = id): Question => ({
  ...{ id, parent, text, createdAt: 0 },
  ...{ role: 'user', files: [] },
});
const answer = (id: string, parent: string | null, of: Partial<Answer> = {}): Answer => ({
  ...{ id, parent, text: '', createdAt: 0, role: 'assistant', status: 'streaming' },
  ...{ by: null, figures: null, forgotten: 0 },
  ...of,
});
const ask = (text: string, id: string, parent: string | null): ChatAction => ({
  type: 'chat/added',
  entries: [question(`q-${id}`, parent, text), answer(id, `q-${id}`)],
});
const stream = (answerId: string, text: string): ChatAction => ({
  ...{ type: 'chat/streamed', answerId, text },
  ...{ stats: null, figures: null },
});
const end = (answerId: string, status: 'done' | 'failed' | 'stopped' = 'done'): ChatAction => ({
  ...{ type: 'chat/ended', answerId, status },
});
const empty = chatOf(emptyConversation('c', 0), []);
const play = (...actions: ChatAction[]) => actions.reduce(reduceChat, empty);
const texts = (chat: typeof empty) => chat.path.map(({ text }) => text);

describe('reduceChat', () => {
  it('grows the answer and keeps all other messages the same objects', () => {
    const before = play(ask('one', 'a', null), stream('a', 'first'), end('a'), ask('two', 'b', 'a'));
    const after = [stream('b', 'sec'), stream('b', 'ond')].reduce(reduceChat, before);
    expect(after.path.at(-1)).toMatchObject({ text: 'second', status: 'streaming' });
    expect(after.path.slice(0, -1).every((entry, index) => entry === before.path[index])).toBe(true);
    expect(after.messages.b).toBe(after.path.at(-1));
    expect(after.branches).toBe(before.branches);
  });

  it('drops what a stopped answer, or one that is not shown, sends late', () => {
    const stopped = play(ask('one', 'a', null), stream('a', 'part'), end('a', 'stopped'));
    expect(reduceChat(stopped, stream('a', 'late'))).toBe(stopped);
    const beside = reduceChat(stopped, { type: 'chat/added', entries: [answer('b', 'q-a')] });
    expect(reduceChat(beside, stream('a', 'late'))).toBe(beside);
    const other = reduceChat(beside, { type: 'chat/opened', conversation: emptyConversation('d', 0), messages: [] });
    expect(reduceChat(other, stream('b', 'late'))).toBe(other);
  });

  it('keeps another answer and another question as branches, and shows each with what follows it', () => {
    const first = play(
      ask('one', 'a', null),
      stream('a', 'A'),
      end('a'),
      ask('two', 'b', 'a'),
      stream('b', 'B'),
      end('b'),
    );
    const again = [{ type: 'chat/added', entries: [answer('c', 'q-a')] } as const, stream('c', 'C'), end('c')];
    const second = again.reduce<typeof empty>(reduceChat, first);
    expect(texts(second)).toEqual(['one', 'C']);
    const shown = second.path[1];
    expect(shown && siblingsOf(second, shown)).toEqual(['a', 'c']);
    const back = reduceChat(second, { type: 'chat/shown', leaf: tipOf(second, 'a') });
    expect(texts(back)).toEqual(['one', 'A', 'two', 'B']);
    const edited = reduceChat(back, ask('uno', 'd', null));
    expect(texts(edited)).toEqual(['uno', '']);
    expect(isStreaming(edited)).toBe(true);
    expect(edited.branches.get(null)).toEqual(['q-a', 'q-d']);
  });

  it('takes the title from the first question, and leaves one that was given', () => {
    const chat = play(ask(`${'word '.repeat(30)}\nsecond line`, 'a', null), end('a'));
    expect(chat.conversation.title).toMatch(/^word word .*word…$/);
    expect(chat.conversation.title.length).toBeLessThanOrEqual(60);
    const named = reduceChat(chat, { type: 'chat/changed', change: { title: 'Mine' } });
    expect(reduceChat(named, ask('more', 'b', 'a')).conversation.title).toBe('Mine');
  });

  it('goes on with the last answer alone, once it has ended', () => {
    const by = { id: 'tiny', name: 'Tiny', server: null };
    const cut = play(ask('one', 'a', null), stream('a', 'Once'), end('a', 'stopped'));
    const on = [{ type: 'chat/resumed', answerId: 'a', by } as const, stream('a', ' upon')].reduce<typeof empty>(
      reduceChat,
      cut,
    );
    expect(on.path.at(-1)).toMatchObject({ text: 'Once upon', status: 'streaming', by });
    expect(reduceChat(on, { type: 'chat/resumed', answerId: 'a', by })).toBe(on);
    expect(reduceChat(cut, { type: 'chat/resumed', answerId: 'q-a', by })).toBe(cut);
  });
});

describe('a tree of messages', () => {
  it('has every message on exactly the path to its tip, whatever was asked where', () => {
    const parents = fc.array(fc.nat(), { minLength: 1, maxLength: 30 });
    void fc.assert(
      fc.property(parents, (picks) => {
        const all = picks.map((pick, n) => question(`m${n}`, n === 0 ? null : `m${pick % n}`));
        const chat = chatOf({ ...emptyConversation('c', 0), leaf: 'm0' }, all);
        for (const { id } of all) {
          const tip = tipOf(chat, id);
          const { path } = reduceChat(chat, { type: 'chat/shown', leaf: tip });
          expect(path.map((entry) => entry.id)).toContain(id);
          expect(path.every((entry, n) => entry.parent === (path[n - 1]?.id ?? null))).toBe(true);
          expect(chat.branches.get(tip)).toBeUndefined();
        }
      }),
    );
  });
});

describe('toMessages', () => {
  it('leaves out an answer that has not begun', () => {
    expect(toMessages(play(ask('one', 'a', null)))).toEqual([{ role: 'user', content: 'one' }]);
  });

  it('ends with an answer that goes on', () => {
    const messages = toMessages(play(ask('one', 'a', null), stream('a', 'par')));
    expect(messages.at(-1)).toEqual({ role: 'assistant', content: 'par' });
  });

  it('leaves out a question whose answer came to nothing, so that roles alternate', () => {
    const chat = play(ask('one', 'a', null), end('a', 'failed'), ask('two', 'b', 'a'));
    expect(toMessages(chat)).toEqual([{ role: 'user', content: 'two' }]);
  });

  it('begins with the system prompt and puts files in front of their question', () => {
    const files = [{ name: 'a.txt', text: 'alpha' }];
    const asked = play(
      { type: 'chat/changed', change: { system: 'Be brief.' } },
      { type: 'chat/added', entries: [{ ...question('q', null, 'What is it?'), files }] },
    );
    expect(toMessages(asked)).toEqual([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'a.txt:\n\nalpha\n\nWhat is it?' },
    ]);
    expect(contentOf({ text: 'x', files: [] })).toBe('x');
    expect(toText(asked)).toContain('Be brief.\n\na.txt');
  });
});
