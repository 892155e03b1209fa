import * as fc from 'fast-check';
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

  it('drops no exchange more than it must, and counts few times', async () => {
    const sizes = fc.array(fc.nat(20), { minLength: 1, maxLength: 200 });
    await fc.assert(
      fc.asyncProperty(sizes, fc.nat(400), async (lengths, limit) => {
        const messages = chat(...lengths.map((length) => 'x'.repeat(length)));
        let counts = 0;
        const { forgotten } = await fitContext(messages, limit, (some) => {
          counts++;
          return countCharacters(some);
        });
        let least = 0;
        while (messages.length - least > 2 && (await countCharacters(messages.slice(least))) > limit) least += 2;
        expect(forgotten).toBe(least);
        expect(counts).toBeLessThanOrEqual(2 + Math.log2(messages.length));
      }),
    );
  });

  it('leaves room for the answer', () => {
    expect(promptLimit(512, 256)).toBe(384);
    expect(promptLimit(32_768, 256)).toBe(32_512);
  });
});
