import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectEngine } from './create-engine';
import type { Engine } from './engine';

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

  it('tells of each token what it said, where it went and with what weight', async () => {
    const chunks = await collect(engine.chat.completions.create({ messages, stream: true }));
    expect(chunks.flatMap(({ mixtab }) => (mixtab ? [{ ...mixtab, stats: null }] : []))).toEqual([
      { stats: null, pieces: ['once'], picks: [[[0]]], weights: [[[1]]] },
      { stats: null, pieces: [' upon'], picks: [[[1]]], weights: [[[1]]] },
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

  it('tells log probabilities where they are asked for', async () => {
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

  it('tells the calls of tools, whole and as they come', async () => {
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

  it('tells the first call alone where parallel calls are turned off', async () => {
    const body = { messages, tools: [tool('look'), tool('listen')], parallel_tool_calls: false };
    const whole = await engine.chat.completions.create(body);
    expect(whole.choices[0]?.message.tool_calls).toEqual([call(0, 'look')]);
    const chunks = await collect(engine.chat.completions.create({ ...body, stream: true }));
    expect(chunks.flatMap(({ choices }) => choices[0]?.delta.tool_calls ?? [])).toEqual([
      { index: 0, ...call(0, 'look') },
    ]);
  });

  it('rejects an answer that was cut off, with the part that was there', async () => {
    const failed = engine.chat.completions.create({ messages: [{ role: 'user', content: 'cut off' }] });
    await expect(failed).rejects.toMatchObject({ code: 'aborted', data: { text: 'cut off', ids: [0, 1] } });
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

  it("tells log probabilities in OpenAI's older shape, with where each token begins", async () => {
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
});
