import { describe, expect, it } from 'vitest';
import type { ChatMessage } from '../protocol/engine';
import { fitContext, promptLimit } from './fit-context';

const countCharacters = async (messages: ChatMessage[]) =>
  messages.reduce((sum, { content }) => sum + content.length, 0);
const chat = (...contents: string[]): ChatMessage[] =>
  contents.map((content, index) => ({ role: index % 2 === 0 ? 'user' : 'assistant', content }));

describe('fitContext', () => {
  it('keeps all that fits', async () => {
    const messages = chat('ab', 'cd', 'ef');
    expect(await fitContext(messages, 6, countCharacters)).toEqual({ messages, forgotten: 0 });
  });

  it('drops the oldest exchanges, question and answer together', async () => {
    const { messages, forgotten } = await fitContext(chat('ab', 'cd', 'ef', 'gh', 'ij'), 7, countCharacters);
    expect(messages.map(({ content }) => content)).toEqual(['ef', 'gh', 'ij']);
    expect(forgotten).toBe(2);
    expect(messages[0]?.role).toBe('user');
  });

  it('leaves the last question, however long', async () => {
    expect((await fitContext(chat('a', 'b', 'long question'), 3, countCharacters)).messages).toEqual(
      chat('long question'),
    );
  });

  it('leaves room for the answer', () => {
    expect(promptLimit(512, 256)).toBe(384);
    expect(promptLimit(32_768, 256)).toBe(32_512);
  });
});
