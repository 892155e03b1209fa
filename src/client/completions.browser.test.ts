import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GenerateRequest } from '../protocol/engine';
import { connectEngine } from './create-engine';
import type { Engine } from './engine';
import type { ChatBody, CompletionBody, ResponseFormat } from './openai';

let engine: Engine;
beforeAll(async () => {
  const worker = new Worker(new URL('../../tests/workers/scripted-engine.worker.ts', import.meta.url), {
    type: 'module',
  });
  engine = await connectEngine(worker, { id: 'scripted', url: 'http://localhost/packs/scripted/' });
});
afterAll(() => engine.unload());

const messages = [{ role: 'user' as const, content: 'once upon' }];
const usage = {
  prompt_tokens: 3,
  completion_tokens: 2,
  total_tokens: 5,
  prompt_tokens_details: { cached_tokens: 2 },
  extra: {
    e2e_latency_s: expect.any(Number),
    prefill_tokens_per_s: 1,
    decode_tokens_per_s: 1,
    time_to_first_token_s: 0.001,
    time_per_output_token_s: 1,
    moe: { hits: 0, misses: 0, hitRate: 1, bytesPaged: 0, stallMs: 0 },
  },
};
const tool = (name: string) => ({ type: 'function' as const, function: { name } });
const call = (index: number, name: string) => ({
  id: `call0000${index}`,
  type: 'function',
  function: { name, arguments: '{}' },
});

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
      system_fingerprint: 'mixtab none none',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'once upon', refusal: null },
          logprobs: null,
          finish_reason: 'stop',
          mixtab: { stats: { submits: 1 }, routing: [[[0]]] },
        },
      ],
      usage,
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
      [{ role: 'assistant', content: '', refusal: null }, null, undefined, null],
      [{ content: 'once' }, null, [[[0]]], null],
      [{ content: ' upon' }, null, [[[1]]], null],
      [{}, 'stop', undefined, null],
      [undefined, undefined, undefined, usage],
    ]);
  });

  it('leaves usage out unless asked', async () => {
    const chunks = await collect(engine.chat.completions.create({ messages, stream: true }));
    expect(chunks.some((chunk) => 'usage' in chunk)).toBe(false);
  });

  it('gives n answers one after the other, with seeds of their own, and counts the prompt once', async () => {
    const body = { messages: [{ role: 'user' as const, content: 'request' }], n: 3, seed: 4294967295 };
    const answer = await engine.chat.completions.create(body);
    const seeds = answer.choices.map(({ message }) => JSON.parse(message.content ?? '').sampling.seed);
    expect([answer.choices.map(({ index }) => index), seeds]).toEqual([
      [0, 1, 2],
      [4294967295, 0, 1],
    ]);
    expect(answer.usage).toMatchObject({ prompt_tokens: 3, completion_tokens: 3, total_tokens: 6 });
  });

  it('streams n answers one after the other', async () => {
    const chunks = await collect(
      engine.chat.completions.create({ messages, n: 2, stream: true, stream_options: { include_usage: true } }),
    );
    expect(
      chunks.map(({ choices: [choice] }) => choice && [choice.index, choice.delta.content ?? choice.finish_reason]),
    ).toEqual([...[0, 1].flatMap((index) => ['', 'once', ' upon', 'stop'].map((part) => [index, part])), undefined]);
    expect(chunks.at(-1)?.usage).toMatchObject({ prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 });
  });

  it.skip('tells log probabilities where they are asked for', async () => {
    const top = [{ token: 'other0', bytes: [], logprob: Math.log(1 / 4) }];
    const told = (token: string, top_logprobs: unknown[]) => ({
      token,
      bytes: [...new TextEncoder().encode(token)],
      logprob: Math.log(1 / 2),
      top_logprobs,
    });
    const whole = await engine.chat.completions.create({ messages, logprobs: true, top_logprobs: 1 });
    expect(whole.choices[0]?.logprobs).toEqual({ content: [told('once', top), told(' upon', top)], refusal: null });
    const chunks = await collect(engine.chat.completions.create({ messages, logprobs: true, stream: true }));
    expect(chunks.map(({ choices }) => choices[0]?.logprobs?.content)).toEqual([
      undefined,
      [told('once', [])],
      [told(' upon', [])],
      undefined,
    ]);
  });

  it.skip('tells the calls of tools, whole and as they come', async () => {
    const body = { messages, tools: [tool('look'), tool('listen')] };
    const whole = await engine.chat.completions.create(body);
    expect(whole.choices[0]).toMatchObject({
      message: { content: null, tool_calls: [call(0, 'look'), call(1, 'listen')] },
      finish_reason: 'tool_calls',
    });
    const chunks = await collect(engine.chat.completions.create({ ...body, stream: true }));
    expect(chunks.map(({ choices }) => [choices[0]?.delta, choices[0]?.finish_reason])).toEqual([
      [{ role: 'assistant', content: '', refusal: null }, null],
      [{ tool_calls: [{ index: 0, ...call(0, 'look') }] }, null],
      [{ tool_calls: [{ index: 1, ...call(1, 'listen') }] }, null],
      [{}, 'tool_calls'],
    ]);
  });

  it.skip('tells the first call alone where parallel calls are turned off', async () => {
    const body = { messages, tools: [tool('look'), tool('listen')], parallel_tool_calls: false };
    const whole = await engine.chat.completions.create(body);
    expect(whole.choices[0]?.message.tool_calls).toEqual([call(0, 'look')]);
    const chunks = await collect(engine.chat.completions.create({ ...body, stream: true }));
    expect(chunks.flatMap(({ choices }) => choices[0]?.delta.tool_calls ?? [])).toEqual([
      { index: 0, ...call(0, 'look') },
    ]);
  });

  it.skip('translates the settings', async () => {
    expect(
      await sent({
        temperature: 0,
        top_p: 0.5,
        top_k: -1,
        min_p: 0.1,
        repetition_penalty: 1.1,
        frequency_penalty: 1,
        presence_penalty: -1,
        typical_p: 0.9,
        seed: 7,
        max_tokens: 5,
        stop: '###',
        logit_bias: { 5: -100, 99: 1.5 },
        logprobs: true,
        top_logprobs: 20,
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
        typicalP: 0.9,
        seed: 7,
      },
      maxTokens: 5,
      stop: ['###'],
      logitBias: [
        [5, -100],
        [99, 1.5],
      ],
      logprobs: 20,
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

  it.skip('takes tools, calls and their results', async () => {
    const parameters = { type: 'object', properties: { at: { type: 'string' } } };
    const tools = [{ type: 'function' as const, function: { name: 'look', description: 'Looks.', parameters } }];
    const calls = [{ id: 'abcdefghi', type: 'function' as const, function: { name: 'look', arguments: '{}' } }];
    const { input } = await sent({ tools, tool_choice: 'none' }, [
      { role: 'user', content: 'look' },
      { role: 'assistant', content: null, refusal: null, tool_calls: calls },
      { role: 'tool', tool_call_id: 'abcdefghi', content: 'a cat' },
      { role: 'user', content: 'request' },
    ]);
    expect(input).toEqual({
      messages: [
        { role: 'user', content: 'look' },
        { role: 'assistant', content: '', toolCalls: [{ id: 'abcdefghi', name: 'look', arguments: '{}' }] },
        { role: 'tool', content: 'a cat', toolCallId: 'abcdefghi' },
        { role: 'user', content: 'request' },
      ],
      tools: [{ name: 'look', description: 'Looks.', parameters }],
      toolChoice: 'none',
    });
  });

  it.skip.each([
    [{ type: 'text' }, undefined],
    [{ type: 'json_object' }, { type: 'json' }],
    [
      { type: 'json_object', schema: '{"type":"object"}' },
      { type: 'json-schema', schema: '{"type":"object"}' },
    ],
    [{ type: 'json_schema', json_schema: { name: 'a' } }, { type: 'json' }],
    [
      { type: 'json_schema', json_schema: { name: 'a', schema: { type: 'object' } } },
      { type: 'json-schema', schema: '{"type":"object"}' },
    ],
    [
      { type: 'grammar', grammar: 'root ::= "a"' },
      { type: 'grammar', ebnf: 'root ::= "a"' },
    ],
  ] as [ResponseFormat, unknown][])('translates the response format %j', async (response_format, constraint) => {
    expect((await sent({ response_format })).constraint).toEqual(constraint);
  });

  it.each([
    [{ messages: [] }, 'messages'],
    [{ messages: 'hi' }, 'messages'],
    [{ messages: [{ role: 'function', content: 'x', name: 'f' }] }, 'messages[0].role'],
    [{ messages: [{ role: 'tool', content: 'x' }] }, 'messages[0].tool_call_id'],
    [{ messages: [{ role: 'assistant', tool_calls: {} }] }, 'messages[0].tool_calls'],
    [{ messages: [{ role: 'assistant', tool_calls: [{ type: 'custom' }] }] }, 'messages[0].tool_calls[0]'],
    [
      { messages: [{ role: 'assistant', tool_calls: [{ id: 'a', function: { name: 'f' } }] }] },
      'messages[0].tool_calls[0].function.arguments',
    ],
    [{ messages: [{ role: 'user', content: [{ type: 'image_url' }] }] }, 'messages[0].content'],
    [{ messages, top_p: 2 }, 'top_p'],
    [{ messages, seed: 'x' }, 'seed'],
    [{ messages, max_tokens: -1 }, 'max_tokens'],
    [{ messages, max_completion_tokens: 0 }, 'max_completion_tokens'],
    [{ messages, n: 0 }, 'n'],
    [{ messages, n: 129 }, 'n'],
    [{ messages, stream: 'yes' }, 'stream'],
    [{ messages, stream_options: true }, 'stream_options'],
    [{ messages, stream_options: { include_usage: 1 } }, 'stream_options.include_usage'],
    [{ messages, tools: {} }, 'tools'],
    [{ messages, tools: [{}] }, 'tools[0]'],
    [{ messages, tools: [{ type: 'custom', custom: { name: 'f' } }] }, 'tools[0]'],
    [{ messages, tools: [tool('no good')] }, 'tools[0].function.name'],
    [
      { messages, tools: [{ type: 'function', function: { name: 'f', parameters: 1 } }] },
      'tools[0].function.parameters',
    ],
    [{ messages, tools: [tool('look')], tool_choice: tool('listen') }, 'tool_choice'],
    [{ messages, tools: [tool('look')], tool_choice: { type: 'allowed_tools' } }, 'tool_choice'],
    [{ messages, tool_choice: 'required' }, 'tool_choice'],
    [{ messages, parallel_tool_calls: 1 }, 'parallel_tool_calls'],
    [{ messages, response_format: 'json' }, 'response_format.type'],
    [{ messages, response_format: { type: 'json_object', schema: {} } }, 'response_format.schema'],
    [{ messages, response_format: { type: 'json_schema' } }, 'response_format.json_schema'],
    [
      { messages, response_format: { type: 'json_schema', json_schema: { schema: [] } } },
      'response_format.json_schema.schema',
    ],
    [{ messages, response_format: { type: 'grammar' } }, 'response_format.grammar'],
    [{ messages, logprobs: 1 }, 'logprobs'],
    [{ messages, top_logprobs: 3 }, 'logprobs'],
    [{ messages, logprobs: true, top_logprobs: 21 }, 'top_logprobs'],
    [{ messages, logit_bias: [], top_k: 1 }, 'logit_bias'],
    [{ messages, logit_bias: { x: 1 } }, 'logit_bias'],
    [{ messages, logit_bias: { 100: 1 } }, 'logit_bias'],
    [{ messages, logit_bias: { 5: 101 } }, 'logit_bias.5'],
    [{ messages, functions: [{}] }, 'functions'],
    [{ messages, reasoning_effort: 'high' }, 'reasoning_effort'],
    [{ messages, prompt: 'x' }, 'prompt'],
  ])('refuses %j, naming %s', async (body, field) => {
    const failed = engine.chat.completions.create(body as ChatBody);
    await expect(failed).rejects.toMatchObject({
      code: 'request-invalid',
      message: expect.stringContaining(field),
      data: { field },
    });
  });

  it('lets fields pass that ask for nothing', async () => {
    const body = {
      ...{ messages, logprobs: false, tools: [], tool_choice: 'auto' as const, response_format: null },
      ...{ user: 'me', model: 'any', store: true, metadata: { a: 'b' }, service_tier: 'flex' },
      ...{ modalities: ['text'], verbosity: 'medium', reasoning_effort: 'none', functions: [] },
    };
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
      choices: [{ index: 0, text: 'once upon', logprobs: null, finish_reason: 'stop', mixtab: { routing: [[[0]]] } }],
      usage,
    });
    const chunks = await collect(engine.completions.create({ prompt: 'once upon', stream: true }));
    expect(chunks.map(({ choices }) => [choices[0]?.text, choices[0]?.finish_reason])).toEqual([
      ['once', null],
      [' upon', null],
      ['', 'stop'],
    ]);
  });

  it('takes token ids, and lists of prompts, each with n answers', async () => {
    const answer = await engine.completions.create({ prompt: [4, 5] });
    expect(answer.choices[0]?.text).toBe('4 5');
    const several = await engine.completions.create({
      prompt: [
        [4, 5],
        [6, 7],
      ],
      n: 2,
    });
    expect(several.choices.map(({ index, text }) => [index, text])).toEqual([
      [0, '4 5'],
      [1, '4 5'],
      [2, '6 7'],
      [3, '6 7'],
    ]);
    expect(several.usage).toMatchObject({ prompt_tokens: 6, completion_tokens: 8 });
    const texts = await engine.completions.create({ prompt: ['a', 'b'] });
    expect(texts.choices.map(({ text }) => text)).toEqual(['a', 'b']);
  });

  it.skip("tells log probabilities in OpenAI's older shape, with where each token begins", async () => {
    const half = Math.log(1 / 2);
    const body = { prompt: 'eins zwölf drei', logprobs: 1 };
    const parts = {
      tokens: ['eins', ' zwölf', ' drei'],
      token_logprobs: [half, half, half],
      top_logprobs: ['eins', ' zwölf', ' drei'].map((token) => ({ other0: Math.log(1 / 4), [token]: half })),
      text_offset: [0, 4, 10],
    };
    const whole = await engine.completions.create(body);
    expect(whole.choices[0]?.logprobs).toEqual(parts);
    const chunks = await collect(engine.completions.create({ ...body, stream: true }));
    expect(chunks.flatMap(({ choices }) => choices[0]?.logprobs?.text_offset ?? [])).toEqual(parts.text_offset);
  });

  it.each([
    [{ prompt: null }, 'prompt'],
    [{ prompt: [] }, 'prompt'],
    [{ prompt: [100] }, 'prompt'],
    [{ prompt: ['a', 1] }, 'prompt[1]'],
    [{ prompt: [[1], [-1]] }, 'prompt[1]'],
    [{ prompt: 'a', logprobs: 6 }, 'logprobs'],
    [{ prompt: 'a', logprobs: true }, 'logprobs'],
    [{ prompt: 'a', echo: true }, 'echo'],
    [{ prompt: 'a', suffix: 'z' }, 'suffix'],
    [{ prompt: 'a', best_of: 2 }, 'best_of'],
    [{ prompt: 'a', messages }, 'messages'],
  ])('refuses %j, naming %s', async (body, field) => {
    const failed = engine.completions.create(body as CompletionBody);
    await expect(failed).rejects.toMatchObject({ code: 'request-invalid', data: { field } });
  });

  it('lets fields pass that ask for nothing', async () => {
    const body = { prompt: 'a', echo: false, suffix: '', best_of: 1, user: 'me' };
    await expect(engine.completions.create(body)).resolves.toMatchObject({ object: 'text_completion' });
  });
});
