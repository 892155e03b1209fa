import OpenAI from 'openai';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createEngine } from '../src/client/create-engine';
import type { ChatBody, ChatCompletionChunk } from '../src/client/openai';
import type { ServerEngine } from '../src/client/server-engine';
import { type Answer, OpenAiServer, sendEvents, sendJson } from './support/openai-server';

let server: OpenAiServer;
beforeAll(async () => {
  server = await OpenAiServer.start();
});
afterEach(() => {
  server.answers.clear();
  server.asked.length = 0;
});
afterAll(() => server.close());

const connect = (rest: object = {}) => createEngine({ baseUrl: server.baseUrl, model: 'mixtral', ...rest });
const messages: ChatBody['messages'] = [{ role: 'user', content: 'Hello' }];
const head = { id: 'chatcmpl-1', created: 5, model: 'mixtral' };
const usage = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 };
const whole = {
  ...{ ...head, object: 'chat.completion', usage },
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hi.', tool_calls: [] }, finish_reason: 'stop' }],
};
const chunk = (delta: object, finish_reason: string | null = null, index = 0) =>
  JSON.stringify({ ...head, object: 'chat.completion.chunk', choices: [{ index, delta, finish_reason }] });
const words = [chunk({ role: 'assistant', content: '' }), chunk({ content: 'Hi' }), chunk({ content: '.' })];

async function read(stream: AsyncIterable<ChatCompletionChunk>, onText: (text: string) => void = () => {}) {
  const chunks: ChatCompletionChunk[] = [];
  let text = '';
  for await (const one of stream) {
    chunks.push(one);
    text += one.choices[0]?.delta.content ?? '';
    onText(text);
  }
  return { chunks, text, reason: chunks.at(-1)?.choices[0]?.finish_reason };
}

const ask = (engine: ServerEngine, rest: object = {}, options = {}) =>
  engine.chat.completions.create({ messages, ...rest, stream: false }, options);
const stream = (engine: ServerEngine, options = {}) =>
  engine.chat.completions.create({ messages, stream: true }, options);

describe('connecting', () => {
  it('asks the server for the model, with key and headers, and says where answers come from', async () => {
    const engine = await connect({ baseUrl: `${server.baseUrl}/`, apiKey: 'secret', headers: { 'X-Team': 'a' } });
    expect(engine).toMatchObject({ model: 'mixtral', origin: { type: 'server', baseUrl: server.baseUrl } });
    expect(server.asked).toMatchObject([
      { method: 'GET', path: '/models', headers: { authorization: 'Bearer secret', 'x-team': 'a' } },
    ]);
  });

  it('to a model that is not there names those that are', async () => {
    await expect(connect({ model: 'gpt' })).rejects.toMatchObject({
      code: 'model-not-found',
      message: expect.stringContaining('mixtral, other'),
      data: { models: ['mixtral', 'other'] },
    });
  });

  it.each([
    [{ baseUrl: 'localhost' }, 'baseUrl'],
    [{ baseUrl: 'ftp://a/v1' }, 'baseUrl'],
    [{ model: '' }, 'model'],
  ])('refuses %j, naming %s', async (rest, field) => {
    await expect(connect(rest)).rejects.toMatchObject({ code: 'request-invalid', data: { field } });
  });

  it('to nobody says so, and speaks of CORS', async () => {
    const gone = await OpenAiServer.start();
    await gone.close();
    await expect(connect({ baseUrl: gone.baseUrl })).rejects.toMatchObject({
      code: 'network-failed',
      message: expect.stringContaining(gone.baseUrl),
      hint: expect.stringContaining('CORS'),
    });
  });

  it.each([
    [sendJson('<html>'), 'server-answer-invalid'],
    [sendJson({ data: {} }), 'server-answer-invalid'],
    [sendJson({ data: [{ name: 'x' }] }), 'server-answer-invalid'],
    [sendJson({ error: { message: 'Incorrect API key' } }, 401), 'server-refused'],
  ])('is refused where the list of models is none', async (answer, code) => {
    server.answers.set('/models', answer);
    await expect(connect()).rejects.toMatchObject({ code });
  });

  it('can be aborted', async () => {
    const controller = new AbortController();
    server.answers.set('/models', () => controller.abort());
    const connecting = createEngine({ baseUrl: server.baseUrl, model: 'mixtral' }, { signal: controller.signal });
    await expect(connecting).rejects.toMatchObject({ code: 'aborted', name: 'AbortError' });
    await server.asked[0]?.left;
  });
});

describe('a whole answer', () => {
  it("has the server's words, and what OpenAI's types want", async () => {
    server.answers.set('/chat/completions', sendJson(whole));
    const answer = await ask(await connect(), { model: 'any', top_k: 3, seed: 1 });
    expect(answer).toEqual({
      ...whole,
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'Hi.', refusal: null },
          logprobs: null,
          finish_reason: 'stop',
        },
      ],
    });
    expect(server.asked[1]).toMatchObject({
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: { model: 'mixtral', messages, top_k: 3, seed: 1 },
    });
  });

  it('may be calls of tools', async () => {
    const tool_calls = [{ id: 'a', type: 'function', function: { name: 'look', arguments: '{}' } }];
    const message = { role: 'assistant', content: null, tool_calls };
    server.answers.set(
      '/chat/completions',
      sendJson({ ...whole, choices: [{ message, finish_reason: 'tool_calls' }] }),
    );
    expect((await ask(await connect())).choices[0]).toMatchObject({ message: { content: null, tool_calls } });
  });

  it('may be a text completion', async () => {
    const choices = [{ index: 0, text: ' a time', logprobs: null, finish_reason: 'length' }];
    server.answers.set('/completions', sendJson({ ...head, object: 'text_completion', choices, usage }));
    const engine = await connect();
    const answer = await engine.completions.create({ prompt: 'Once upon' });
    expect(answer).toEqual({ ...head, object: 'text_completion', choices, usage });
  });

  it.each([
    ['nothing', 'body'],
    [{}, 'choices'],
    [{ ...whole, choices: [] }, 'choices'],
    [{ ...whole, usage: { prompt_tokens: 'x' } }, 'usage.prompt_tokens'],
    [{ ...whole, choices: [{ finish_reason: 'stop' }] }, 'choices[0].message'],
    [{ ...whole, choices: [{ message: { content: 5 }, finish_reason: 'stop' }] }, 'choices[0].message.content'],
    [{ ...whole, choices: [{ message: {}, finish_reason: 'eos' }] }, 'choices[0].finish_reason'],
    [
      {
        ...whole,
        choices: [{ message: { tool_calls: [{ id: 'a', function: { name: 'f' } }] }, finish_reason: 'stop' }],
      },
      'choices[0].message.tool_calls[0].function.arguments',
    ],
  ])('that is none (%j) is refused, naming %s', async (body, field) => {
    server.answers.set('/chat/completions', sendJson(body));
    await expect(ask(await connect())).rejects.toMatchObject({ code: 'server-answer-invalid', data: { field } });
  });
});

describe('a stream', () => {
  it('comes chunk by chunk as the server sends it', async () => {
    // The server writes on when it hears that the text before has arrived.
    let hear = (): void => {};
    const heard = new Promise<void>((resolve) => {
      hear = resolve;
    });
    const last = JSON.stringify({ ...head, object: 'chat.completion.chunk', choices: [], usage });
    server.answers.set(
      '/chat/completions',
      sendEvents(words.slice(0, 2), async (response) => {
        await heard;
        response.write(`data: ${words[2]}\n\ndata: ${chunk({}, 'stop')}\n\n: a comment\n\ndata: ${last}\n\n`);
        response.end('data: [DONE]\n\n');
      }),
    );
    const { chunks, text } = await read(await stream(await connect()), (soFar) => soFar === 'Hi' && hear());
    expect(text).toBe('Hi.');
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe('stop');
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage });
    expect(server.asked[1]?.body).toMatchObject({ stream: true, model: 'mixtral' });
  });

  it('may bring calls in parts, and n answers at once', async () => {
    const part = (tool_call: object) => chunk({ content: null, tool_calls: [tool_call] });
    const parts = [
      part({ index: 0, id: 'a', type: 'function', function: { name: 'look', arguments: '' } }),
      part({ index: 0, function: { arguments: '{}' } }),
      chunk({ content: 'x' }, null, 1),
      chunk({}, 'tool_calls'),
      chunk({}, 'stop', 1),
    ];
    server.answers.set('/chat/completions', sendEvents(parts));
    const { chunks } = await read(await stream(await connect()));
    expect(chunks.map(({ choices: [choice] }) => choice?.delta.tool_calls?.[0]?.function?.arguments)).toEqual([
      '',
      '{}',
      ...[undefined, undefined, undefined],
    ]);
  });

  it('of text completions is one too', async () => {
    const text = (words: string, finish_reason: string | null) =>
      JSON.stringify({ ...head, object: 'text_completion', choices: [{ index: 0, text: words, finish_reason }] });
    server.answers.set('/completions', sendEvents([text(' a', null), text(' time', 'length'), '[DONE]']));
    const engine = await connect();
    let told = '';
    for await (const { choices } of await engine.completions.create({ prompt: 'Once', stream: true })) {
      told += choices[0]?.text;
    }
    expect(told).toBe(' a time');
  });

  it.each([
    ['no JSON', sendEvents([...words, '{"choices":']), 'server-answer-invalid'],
    ['no chunk', sendEvents([...words, '{"a":1}']), 'server-answer-invalid'],
    ['a line without end', sendEvents([`${' '.repeat(2 ** 21)}`]), 'server-answer-invalid'],
    ['no events', sendJson(whole), 'server-answer-invalid'],
    ['an error', sendEvents([...words, '{"error":{"message":"out of memory","code":500}}']), 'server-refused'],
    ['a cut in good order', sendEvents(words), 'network-failed'],
    ['nothing', sendEvents([]), 'network-failed'],
    ['a broken connection', sendEvents(words, (response) => response.socket?.destroy()), 'network-failed'],
    ['status 500', sendJson({ error: { message: 'boom' } }, 500), 'server-refused'],
  ])('with %s is an error, after what came before', async (_, answer, code) => {
    server.answers.set('/chat/completions', answer);
    let told = '';
    const reading = read(await stream(await connect()), (text) => {
      told = text;
    });
    await expect(reading).rejects.toMatchObject({ code });
    expect(['', 'Hi.']).toContain(told);
  });

  const hang = () =>
    server.answers.set(
      '/chat/completions',
      sendEvents(words, () => {}),
    );

  it('that is aborted ends with the reason, and the server is told', async () => {
    hang();
    const controller = new AbortController();
    const answer = await stream(await connect(), { signal: controller.signal });
    const { text, reason } = await read(answer, (soFar) => soFar === 'Hi.' && controller.abort());
    expect([text, reason]).toEqual(['Hi.', 'abort']);
    await server.asked[1]?.left;
  });

  it('whose loop is left is closed', async () => {
    hang();
    for await (const { choices } of await stream(await connect())) {
      if (choices[0]?.delta.content === 'Hi') break;
    }
    await server.asked[1]?.left;
  });

  it.each([
    ['an event', sendEvents([...words, '{"a":1}'], () => {})],
    [
      'the type',
      (response) => {
        response.writeHead(200, { 'Content-Type': 'text/html' });
        response.write('<p>');
      },
    ],
  ] as [string, Answer][])('that is wrong in %s is closed', async (_, answer) => {
    server.answers.set('/chat/completions', answer);
    await expect(read(await stream(await connect()))).rejects.toMatchObject({ code: 'server-answer-invalid' });
    await server.asked[1]?.left;
  });

  it('ends with the engine', async () => {
    hang();
    const engine = await connect();
    const answer = await stream(engine);
    await answer.next();
    await engine.unload();
    await expect(read(answer)).rejects.toMatchObject({ code: 'model-not-loaded' });
    await server.asked[1]?.left;
    await expect(ask(engine)).rejects.toMatchObject({ code: 'model-not-loaded' });
  });
});

describe('an error of the server', () => {
  const tooLong = {
    error: { message: "This model's maximum context length is 4096 tokens.", type: 'BadRequestError' },
  };
  it.each([
    [500, { error: { message: 'boom' } }, 'server-refused', 'boom'],
    [503, 'Service Unavailable', 'server-refused', 'Service Unavailable'],
    [401, { error: { message: 'Incorrect API key' } }, 'server-refused', 'Incorrect API key'],
    [429, {}, 'server-refused', '429'],
    [404, { detail: 'Not Found' }, 'server-refused', 'Not Found'],
    [404, { error: { message: 'The model `mixtral` does not exist.' } }, 'model-not-found', 'does not exist'],
    [400, { error: { message: 'top_k must be -1', param: 'top_k' } }, 'request-invalid', 'top_k must be -1'],
    [422, { detail: [{ msg: 'Field required' }] }, 'request-invalid', 'Field required'],
    [400, tooLong, 'context-overflow', '4096'],
    [400, { error: { message: 'x', type: 'exceed_context_size_error' } }, 'context-overflow', 'x'],
  ])('of status %i and body %j is %s, in its own words', async (status, body, code, said) => {
    server.answers.set('/chat/completions', sendJson(body, status));
    const failed = ask(await connect());
    await expect(failed).rejects.toMatchObject({ code, message: expect.stringContaining(said), data: { status } });
  });

  it('names the field that it names', async () => {
    server.answers.set('/chat/completions', sendJson({ error: { message: 'x', param: 'top_k' } }, 400));
    await expect(ask(await connect())).rejects.toMatchObject({ data: { field: 'top_k' } });
  });

  it('is an abort where the caller aborted, and the server is told', async () => {
    const controller = new AbortController();
    server.answers.set('/chat/completions', () => controller.abort());
    const failed = ask(await connect(), {}, { signal: controller.signal });
    await expect(failed).rejects.toMatchObject({ code: 'aborted', name: 'AbortError', data: { text: '' } });
    await server.asked[1]?.left;
  });
});

describe('fetch', () => {
  it("takes the openai package to the server, with the engine's key and not the client's", async () => {
    server.answers.set('/chat/completions', sendJson(whole));
    const engine = await connect({ apiKey: 'secret' });
    const client = new OpenAI({ apiKey: 'other', baseURL: 'http://mixtab/v1', fetch: engine.fetch, maxRetries: 0 });
    const answer = await client.chat.completions.create({
      model: 'mixtral',
      messages: [{ role: 'user', content: 'Hello' }],
    });
    expect(answer.choices[0]?.message.content).toBe('Hi.');
    expect(server.asked[1]).toMatchObject({ path: '/chat/completions', headers: { authorization: 'Bearer secret' } });
    await expect(client.models.retrieve('x')).rejects.toMatchObject({ status: 404 });
    const keyless = await connect();
    await keyless.fetch('http://any/v1/models?limit=2', { headers: { Authorization: 'Bearer mine' } });
    expect(server.asked.at(-1)).toMatchObject({ path: '/models?limit=2' });
    expect(server.asked.at(-1)?.headers).not.toHaveProperty('authorization');
  });
});
