import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GenerateRequest } from '../protocol/engine';
import { connectEngine } from './create-engine';
import type { Engine } from './engine';
import type { ChatBody } from './openai';

let engine: Engine;
beforeAll(async () => {
  const worker = new Worker(new URL('../../tests/workers/scripted-engine.worker.ts', import.meta.url), {
    type: 'module',
  });
  engine = await connectEngine(worker, { id: 'scripted', url: 'http://localhost/packs/scripted/' });
});
afterAll(() => engine.unload());

const messages = [{ role: 'user' as const, content: 'once upon' }];
const usage = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5, prompt_tokens_details: { cached_tokens: 2 } };

async function collect<T>(stream: Promise<AsyncIterable<T>>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of await stream) all.push(item);
  return all;
}

/** What the worker was asked for. */
async function sent(
  body: Omit<ChatBody, 'messages'>,
  prompt: ChatBody['messages'] = [{ role: 'user', content: 'request' }],
) {
  const { choices } = await engine.chat.completions.create({ ...body, messages: prompt, stream: false });
  return JSON.parse(choices[0]?.message.content ?? '') as GenerateRequest;
}

describe('chat.completions', () => {
  it('answers whole', async () => {
    const answer = await engine.chat.completions.create({ messages });
    expect(answer).toMatchObject({
      id: expect.stringMatching(/^chatcmpl-/),
      object: 'chat.completion',
      created: expect.any(Number),
      model: 'scripted',
      choices: [{ index: 0, message: { role: 'assistant', content: 'once upon' }, finish_reason: 'stop' }],
      usage,
      mixtab: { stats: { submits: 1 }, routing: [[[0]]] },
    });
  });

  it('streams: role, text with figures, reason, usage', async () => {
    const chunks = await collect(
      engine.chat.completions.create({ messages, stream: true, stream_options: { include_usage: true } }),
    );
    const [id] = chunks.map((chunk) => chunk.id);
    expect(chunks.every((chunk) => chunk.id === id && chunk.object === 'chat.completion.chunk')).toBe(true);
    expect(
      chunks.map(({ choices, usage, mixtab }) => [choices[0]?.delta, choices[0]?.finish_reason, mixtab?.picks, usage]),
    ).toEqual([
      [{ role: 'assistant', content: '' }, null, undefined, undefined],
      [{ content: 'once' }, null, [[[0]]], undefined],
      [{ content: ' upon' }, null, [[[1]]], undefined],
      [{}, 'stop', undefined, undefined],
      [undefined, undefined, undefined, usage],
    ]);
  });

  it('leaves usage out unless asked', async () => {
    const chunks = await collect(engine.chat.completions.create({ messages, stream: true }));
    expect(chunks.some((chunk) => chunk.usage)).toBe(false);
  });

  it('translates the settings', async () => {
    expect(
      await sent({
        temperature: 0,
        top_p: 0.5,
        top_k: -1,
        min_p: 0.1,
        repetition_penalty: 1.1,
        frequency_penalty: 1,
        presence_penalty: -1,
        seed: 7,
        max_tokens: 5,
        stop: '###',
      }),
    ).toMatchObject({
      sampling: {
        temperature: 0,
        topP: 0.5,
        topK: 0,
        minP: 0.1,
        repetitionPenalty: 1.1,
        frequencyPenalty: 1,
        presencePenalty: -1,
        seed: 7,
      },
      maxTokens: 5,
      stop: ['###'],
    });
    expect(await sent({ temperature: null, max_tokens: null, stop: null })).toMatchObject({
      sampling: { temperature: 0.7, topP: 0.9 },
      maxTokens: 64,
      stop: [],
    });
    expect(await sent({ max_completion_tokens: 6, max_tokens: 5 })).toMatchObject({ maxTokens: 6 });
  });

  it('takes texts in parts and the developer role', async () => {
    const { input } = await sent({}, [
      { role: 'developer', content: 'be brief' },
      { role: 'user', content: [{ type: 'text', text: 'request' }] },
    ]);
    expect(input).toEqual({
      messages: [
        { role: 'system', content: 'be brief' },
        { role: 'user', content: 'request' },
      ],
    });
  });

  it.each([
    [{ messages: [] }, 'messages'],
    [{ messages: 'hi' }, 'messages'],
    [{ messages: [{ role: 'tool', content: 'x' }] }, 'messages[0].role'],
    [{ messages: [{ role: 'user', content: [{ type: 'image_url' }] }] }, 'messages[0].content'],
    [{ messages, top_p: 2 }, 'top_p'],
    [{ messages, seed: 'x' }, 'seed'],
    [{ messages, max_tokens: -1 }, 'max_tokens'],
    [{ messages, n: 2 }, 'n'],
    [{ messages, tools: [{}] }, 'tools'],
    [{ messages, logprobs: true }, 'logprobs'],
  ])('refuses %j, naming %s', async (body, field) => {
    const failed = engine.chat.completions.create(body as ChatBody);
    await expect(failed).rejects.toMatchObject({
      code: 'request-invalid',
      message: expect.stringContaining(field),
      data: { field },
    });
  });

  it('lets fields pass that ask for nothing', async () => {
    const body = { messages, logprobs: false, tools: [], user: 'me', model: 'any', response_format: null };
    await expect(engine.chat.completions.create(body)).resolves.toMatchObject({ object: 'chat.completion' });
  });

  it('rejects an aborted whole answer with the part that was there', async () => {
    const controller = new AbortController();
    controller.abort();
    const failed = engine.chat.completions.create({ messages }, { signal: controller.signal });
    await expect(failed).rejects.toMatchObject({ code: 'aborted', name: 'AbortError', data: { text: '' } });
  });
});

describe('completions', () => {
  it('answers whole and streams', async () => {
    expect(await engine.completions.create({ prompt: 'once upon' })).toMatchObject({
      object: 'text_completion',
      choices: [{ index: 0, text: 'once upon', finish_reason: 'stop' }],
      usage,
    });
    const chunks = await collect(engine.completions.create({ prompt: 'once upon', stream: true }));
    expect(chunks.map(({ choices }) => [choices[0]?.text, choices[0]?.finish_reason])).toEqual([
      ['once', null],
      [' upon', null],
      ['', 'stop'],
    ]);
  });

  it('takes token ids', async () => {
    expect((await engine.completions.create({ prompt: [4, 5] })).choices[0]?.text).toBe('4 5');
  });
});
