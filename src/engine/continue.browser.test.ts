import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ChatMessage } from '../protocol/engine';
import type { Engine } from './engine';
import { ask, loadTiny } from './testing';

let engine: Engine;
beforeAll(async () => {
  engine = await loadTiny();
});
afterAll(() => engine.unload());

const QUESTION: ChatMessage = { role: 'user', content: 'Tell me a story about a cat.' };

test('an answer that was cut goes on as it would have, and tells only what is new', async () => {
  const whole = await ask(engine, { input: { messages: [QUESTION] }, maxTokens: 24 });
  for (const cutAt of [1, 7, 16]) {
    const cut = await ask(engine, { input: { messages: [QUESTION] }, maxTokens: cutAt });
    expect(cut.finishReason).toBe('length');
    const messages: ChatMessage[] = [QUESTION, { role: 'assistant', content: cut.text }];
    const rest = await ask(engine, { input: { messages, continueFinal: true }, maxTokens: 24 - cutAt });
    expect(rest.promptIds).toEqual([...cut.promptIds, ...cut.ids]);
    expect(cut.text + rest.text).toBe(whole.text);
  }
});

test('only an answer goes on', async () => {
  const asked = ask(engine, { input: { messages: [QUESTION], continueFinal: true }, maxTokens: 4 });
  await expect(asked).rejects.toMatchObject({ code: 'request-invalid', data: { field: 'continueFinal' } });
});
