import { describe, expect, it } from 'vitest';
import { standIn } from '../../tests/stand-in-engine';
import { ask } from './ask';
import { fitPrompt, sizePrompt } from './fit-prompt';
import { type ChatState, chatOf, type Entry, emptyConversation } from './state/chat';
import { DEFAULT_SETTINGS } from './state/settings';

const ALL_SET = {
  ...DEFAULT_SETTINGS,
  temperature: 0.5,
  topP: 0.8,
  topK: 40,
  minP: 0.1,
  typicalP: 0.9,
  repetitionPenalty: 1.1,
  frequencyPenalty: 0.2,
  presencePenalty: -0.2,
  maxTokens: 64,
  seed: 5,
};

/** Question and answer by turns, the first question first; a last, empty answer is to be written. */
function chatWith(texts: string[], system = ''): ChatState {
  const entries = texts.map((text, index): Entry => {
    const message = { id: `${index}`, parent: index === 0 ? null : `${index - 1}`, createdAt: index, text };
    return index % 2 === 0
      ? { ...message, role: 'user', files: [] }
      : { ...message, role: 'assistant', status: 'streaming', by: null, figures: null, forgotten: 0 };
  });
  return chatOf({ ...emptyConversation('c', 0), system, leaf: `${texts.length - 1}` }, entries);
}

const signal = new AbortController().signal;

describe('ask', () => {
  it('sends all that is set, in the names of the API', async () => {
    const engine = standIn();
    const local = await engine.createEngine({ id: 'tiny' }, {});
    await ask(local, chatWith(['a', '']), ALL_SET, signal);
    expect(engine.requests[0]).toEqual({
      messages: [{ role: 'user', content: 'a' }],
      temperature: 0.5,
      top_p: 0.8,
      top_k: 40,
      min_p: 0.1,
      typical_p: 0.9,
      repetition_penalty: 1.1,
      frequency_penalty: 0.2,
      presence_penalty: -0.2,
      max_tokens: 64,
      seed: 5,
      stream: true,
    });
  });

  it('sends a server no field that is not set: it may know only those of OpenAI', async () => {
    const engine = standIn();
    const server = await engine.connectServer({ baseUrl: 'https://a.example/v1', model: 'm' }, { signal });
    await ask(server, chatWith(['a', '']), { ...DEFAULT_SETTINGS, frequencyPenalty: 1 }, signal);
    expect(Object.keys(engine.requests[0] ?? {}).sort()).toEqual([
      'frequency_penalty',
      'max_tokens',
      'messages',
      'stream',
    ]);
  });
});

describe('fitPrompt', () => {
  /** The stand-in counts ten tokens a message and one a character, in a context of 100. */
  const engine = standIn({ contextLength: 100 }).createEngine({ id: 'tiny' }, {});
  const contents = (messages: { content: string }[]) => messages.map(({ content }) => content);

  it('forgets the oldest exchanges, never the system prompt', async () => {
    const chat = chatWith(['one', 'two', 'three', 'four', 'five'], 'be kind');
    const { messages, forgotten } = await fitPrompt(await engine, chat, 25);
    expect(contents(messages)).toEqual(['be kind', 'three', 'four', 'five']);
    expect(forgotten).toBe(2);
    expect(await sizePrompt(await engine, chat, 25)).toEqual({ tokens: 4 * 10 + 20, forgotten: 2 });
  });

  it('keeps the last question however long it is', async () => {
    const chat = chatWith(['one', 'two', 'x'.repeat(200)]);
    expect(await sizePrompt(await engine, chat, 25)).toEqual({ tokens: 210, forgotten: 2 });
  });

  it('counts the whole text that a base model is given', async () => {
    const base = await standIn({ chat: false }).createEngine({ id: 'tiny' }, {});
    expect(await sizePrompt(base, chatWith(['one', ' two', 'three']), 25)).toEqual({ tokens: 14, forgotten: 0 });
  });
});
