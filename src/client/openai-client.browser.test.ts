import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { officialClient, STORY_SETTINGS } from '../../tests/support/official-client';
import { connectEngine, createEngine } from './create-engine';
import type { Engine } from './engine';

/** The official client with the engine's `fetch`, unchanged, on the embedded model; what the words are is left open. */
let engine: Engine;
let client: OpenAI;
beforeAll(async () => {
  engine = await createEngine('tiny', { contextLength: 256 });
  client = officialClient(engine);
}, 120_000);
afterAll(() => engine.unload());

type Message = OpenAI.ChatCompletionMessageParam;
const settings = STORY_SETTINGS;

describe('answers', () => {
  it('know the model', async () => {
    expect((await client.models.list()).data.map(({ id }) => id)).toEqual(['tiny']);
    expect(await client.models.retrieve('tiny')).toMatchObject({ id: 'tiny', object: 'model', owned_by: 'mixtab' });
  });

  it('stream to the text of the whole, and say at the end what they used', async () => {
    const whole = await client.chat.completions.create(settings);
    const stream = await client.chat.completions.create({
      ...settings,
      stream: true,
      stream_options: { include_usage: true },
    });
    const chunks: OpenAI.ChatCompletionChunk[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    const text = chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('');
    expect(text.length).toBeGreaterThan(10);
    expect(whole.choices).toMatchObject([
      {
        index: 0,
        message: { role: 'assistant', content: text, refusal: null },
        logprobs: null,
        finish_reason: 'length',
      },
    ]);
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe('length');
    const usage = chunks.at(-1)?.usage;
    expect(usage).toMatchObject({ completion_tokens: 16, prompt_tokens: whole.usage?.prompt_tokens });
    expect(usage?.total_tokens).toBe((usage?.prompt_tokens ?? 0) + 16);
    expect(usage?.prompt_tokens_details?.cached_tokens).toBeGreaterThan(0);
    expect(whole.system_fingerprint).toBe(chunks[0]?.system_fingerprint);
    expect(usage).toMatchObject({
      extra: { decode_tokens_per_s: expect.any(Number), moe: { misses: 0, hitRate: 1, bytesPaged: 0 } },
    });
  });

  it("stream through the client's helper", async () => {
    const runner = client.chat.completions.stream(settings);
    const whole = await client.chat.completions.create(settings);
    expect(await runner.finalContent()).toBe(whole.choices[0]?.message.content);
  });

  it('end before a stop string', async () => {
    const text = (await client.chat.completions.create(settings)).choices[0]?.message.content ?? '';
    const stop = text.slice(9, 15);
    const stopped = await client.chat.completions.create({ ...settings, stop: [stop, '###'] });
    expect(stopped.choices[0]).toMatchObject({
      message: { content: text.slice(0, text.indexOf(stop)) },
      finish_reason: 'stop',
    });
  });

  it('come n at a time, each with a seed of its own', async () => {
    const { choices } = await client.chat.completions.create({ ...settings, n: 2 });
    const [first, second] = choices.map(({ message }) => message.content);
    const alone = await client.chat.completions.create({ ...settings, seed: 6 });
    expect(second).toBe(alone.choices[0]?.message.content);
    expect(second).not.toBe(first);
    const streamed = ['', ''];
    for await (const { choices } of await client.chat.completions.create({ ...settings, n: 2, stream: true })) {
      for (const { index, delta } of choices) streamed[index] += delta.content ?? '';
    }
    expect(streamed).toEqual([first, second]);
  });

  it('complete a text', async () => {
    const body = { model: 'tiny', prompt: 'Once upon a time', max_tokens: 8, temperature: 0 };
    const whole = await client.completions.create(body);
    expect(whole).toMatchObject({ object: 'text_completion', choices: [{ logprobs: null, finish_reason: 'length' }] });
    let text = '';
    for await (const { choices } of await client.completions.create({ ...body, stream: true }))
      text += choices[0]?.text;
    expect(text).toBe(whole.choices[0]?.text);
    const both = await client.completions.create({ ...body, prompt: [body.prompt, 'The dog'] });
    expect(both.choices.map(({ index }) => index)).toEqual([0, 1]);
    expect(both.choices[0]?.text).toBe(text);
  });
});

describe('aborting', () => {
  it('rejects a whole answer, and leaves the engine free for the next', async () => {
    const controller = new AbortController();
    const answer = client.chat.completions.create({ ...settings, max_tokens: 200 }, { signal: controller.signal });
    controller.abort();
    await expect(answer).rejects.toBeInstanceOf(OpenAI.APIUserAbortError);
    expect((await client.chat.completions.create({ ...settings, max_tokens: 1 })).usage?.completion_tokens).toBe(1);
  });

  it('ends a stream, as leaving its loop does', async () => {
    const stream = await client.chat.completions.create({ ...settings, max_tokens: 200, stream: true });
    let chunks = 0;
    for await (const _ of stream) if (++chunks === 2) stream.controller.abort();
    expect(chunks).toBeLessThan(100);
    for await (const _ of await client.chat.completions.create({ ...settings, max_tokens: 200, stream: true })) break;
    expect((await client.chat.completions.create({ ...settings, max_tokens: 1 })).usage?.completion_tokens).toBe(1);
  });
});

describe('errors', () => {
  const long: Message[] = [{ role: 'user', content: 'a cat and a dog '.repeat(200) }];
  const bad = { status: 400, type: 'invalid_request_error' };

  it.each<[string, object, unknown, object]>([
    ['a setting', { top_p: 2 }, OpenAI.BadRequestError, { ...bad, code: 'invalid_value', param: 'top_p' }],
    ['messages', { messages: [] }, OpenAI.BadRequestError, { ...bad, code: 'invalid_value', param: 'messages' }],
    [
      'a field that is not known',
      { audio: { voice: 'alloy' } },
      OpenAI.BadRequestError,
      { ...bad, code: 'invalid_value', param: 'audio' },
    ],
    ['the length', { messages: long }, OpenAI.BadRequestError, { ...bad, code: 'context_length_exceeded' }],
    [
      'the length of a stream',
      { messages: long, stream: true },
      OpenAI.BadRequestError,
      { ...bad, code: 'context_length_exceeded' },
    ],
    [
      'the model',
      { model: 'gpt-4o' },
      OpenAI.NotFoundError,
      { status: 404, type: bad.type, code: 'model_not_found', param: 'model' },
    ],
  ])('in %s are those of the API', async (_, body, type, expected) => {
    const failed = client.chat.completions.create({ ...settings, ...body });
    await expect(failed).rejects.toMatchObject(expected);
    await expect(failed).rejects.toBeInstanceOf(type);
  });

  it('of what is not here are not found', async () => {
    await expect(client.embeddings.create({ model: 'tiny', input: 'a' })).rejects.toBeInstanceOf(OpenAI.NotFoundError);
    await expect(client.models.retrieve('gpt-4o')).rejects.toBeInstanceOf(OpenAI.NotFoundError);
  });

  it('of an engine that is gone are told at once', async () => {
    const worker = new Worker(new URL('../../tests/workers/scripted-engine.worker.ts', import.meta.url), {
      type: 'module',
    });
    const gone = await connectEngine(worker, { id: 'tiny', url: 'http://localhost/packs/scripted/' });
    await gone.unload();
    const failed = client.withOptions({ fetch: gone.fetch }).chat.completions.create(settings);
    await expect(failed).rejects.toMatchObject({ status: 503, type: 'server_error', code: 'model_not_loaded' });
    await expect(failed).rejects.toBeInstanceOf(OpenAI.InternalServerError);
  });
});
