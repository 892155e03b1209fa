import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEngine } from './create-engine';
import type { Engine } from './engine';

/** The library with the real worker and the embedded model; what the words are is left open, the model may be trained anew. */
describe('createEngine', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await createEngine('tiny', { contextLength: 128 });
  }, 120_000);
  afterAll(() => engine.unload());

  const messages = [{ role: 'user' as const, content: 'Tell me a story about a cat.' }];
  const tell = async (settings: { seed: number; temperature: number }) => {
    let text = '';
    for await (const chunk of await engine.chat.completions.create({
      messages,
      max_tokens: 24,
      ...settings,
      stream: true,
    })) {
      text += chunk.choices[0]?.delta.content ?? '';
    }
    return text;
  };

  it('streams the text that it answers whole, the same for the same seed', async () => {
    const settings = { seed: 5, temperature: 1 };
    const text = await tell(settings);
    const whole = await engine.chat.completions.create({ messages, max_tokens: 24, ...settings });
    expect(text.length).toBeGreaterThan(20);
    expect(whole.choices[0]?.message.content).toBe(text);
    expect(whole.usage.prompt_tokens_details.cached_tokens).toBeGreaterThan(0);
    expect(await tell({ seed: 6, temperature: 1 })).not.toBe(text);
  });

  it('ends before a stop string, which may lie across tokens', async () => {
    const text = await tell({ seed: 1, temperature: 0 });
    const stop = text.slice(9, 17);
    const answer = await engine.chat.completions.create({ messages, max_tokens: 24, temperature: 0, stop });
    expect(answer.choices[0]).toMatchObject({
      message: { content: text.slice(0, text.indexOf(stop)) },
      finish_reason: 'stop',
    });
  });
});
