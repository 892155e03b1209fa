import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ended, openTab, temporaryImport } from '../../tests/support/test-library';
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

describe('a model of the library', () => {
  it('is loaded by its id alone, and says what the same model from its host says', async () => {
    const { library } = openTab();
    const id = temporaryImport();
    await library.import({ kind: 'url', url: new URL('/models/tiny/', location.href).href }, { id });
    expect(await ended(library, id)).toMatchObject({ status: 'complete' });
    const used = (await library.list()).find((model) => model.id === id)?.usedAt ?? Number.NaN;
    const progress: number[] = [];
    const imported = await createEngine(
      { id },
      { contextLength: 128, onProgress: (load) => progress.push(load.progress) },
    );
    const hosted = await createEngine('tiny', { contextLength: 128 });
    const question = { messages: [{ role: 'user' as const, content: 'Who are you?' }], max_tokens: 8, temperature: 0 };
    const [here, there] = [imported, hosted].map((engine) => engine.chat.completions.create(question));
    expect((await here)?.choices[0]?.message).toEqual((await there)?.choices[0]?.message);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    // Nothing is fetched: what is left is the way to the GPU, and the first of it is not the most of it.
    expect(progress.find((share) => share > 0)).toBeLessThan(0.5);
    expect((await library.list()).find((model) => model.id === id)?.usedAt).toBeGreaterThan(used);
    await Promise.all([imported.unload(), hosted.unload()]);
  });

  it('that is not there is refused by name', async () => {
    await expect(createEngine({ id: 'nowhere' })).rejects.toMatchObject({
      code: 'model-not-found',
      message: expect.stringContaining('nowhere'),
    });
  });
});
