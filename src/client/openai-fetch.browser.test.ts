import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectEngine } from './create-engine';
import type { Engine } from './engine';

const start = () =>
  connectEngine(
    new Worker(new URL('../../tests/workers/scripted-engine.worker.ts', import.meta.url), { type: 'module' }),
    { id: 'org/scripted', url: 'http://localhost/packs/scripted/' },
  );
let engine: Engine;
beforeAll(async () => {
  engine = await start();
});
afterAll(() => engine.unload());

const user = (content: string) => [{ role: 'user', content }];
const post = (path: string, body: unknown, signal?: AbortSignal, { fetch } = engine) =>
  fetch(`http://mixtab/v1${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json; charset=utf-8' },
    body: JSON.stringify(body),
    ...(signal ? { signal } : {}),
  });
const chat = (content: string, rest: object = {}, signal?: AbortSignal) =>
  post('/chat/completions', { messages: user(content), ...rest }, signal);

/** The data of each event; every one of them is `data: ...` and an empty line. */
async function eventsOf(response: Response): Promise<unknown[]> {
  const events = (await response.text()).split('\n\n');
  expect(events.pop()).toBe('');
  return events.map((event) => {
    const data = /^data: (.*)$/.exec(event)?.[1] ?? '';
    return data === '[DONE]' ? data : JSON.parse(data);
  });
}

async function failure(response: Response): Promise<unknown[]> {
  expect(response.headers.get('x-should-retry')).toBe('false');
  const { error } = await response.json();
  return [response.status, error.type, error.code, error.param];
}

const REFUSED = 'invalid_request_error';

describe('models', () => {
  const model = { id: 'org/scripted', object: 'model', created: expect.any(Number), owned_by: 'mixtab' };

  it.each(['http://mixtab/v1', 'https://api.openai.com/v1', 'http://a.b/c/d/v1', 'http://localhost:1'])(
    'are listed at %s',
    async (base) => {
      expect(await (await engine.fetch(`${base}/models`)).json()).toEqual({ object: 'list', data: [model] });
      expect(await (await engine.fetch(new URL(`${base}/models/org/scripted`))).json()).toEqual(model);
      expect(await (await engine.fetch(`${base}/models/org%2Fscripted?x=1`)).json()).toEqual(model);
    },
  );

  it('of another name are not there', async () => {
    expect(await failure(await engine.fetch('http://a/v1/models/gpt'))).toEqual([
      404,
      REFUSED,
      'model_not_found',
      'model',
    ]);
  });
});

describe('completions', () => {
  it('are answered whole, without what is no part of the API', async () => {
    const response = await chat('once upon', { model: 'org/scripted' });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/json']);
    const answer = await response.json();
    expect(answer).toMatchObject({
      object: 'chat.completion',
      choices: [{ message: { content: 'once upon' }, finish_reason: 'stop' }],
      usage: { total_tokens: 5 },
    });
    expect(JSON.stringify(answer)).not.toContain('mixtab"');
    const text = await (await post('/completions', { prompt: 'once upon' })).json();
    expect(text).toMatchObject({ object: 'text_completion', choices: [{ text: 'once upon' }] });
  });

  it('are streamed as events', async () => {
    const response = await chat('once upon', { stream: true, stream_options: { include_usage: true } });
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    const events = await eventsOf(response);
    expect(events).toMatchObject([
      { object: 'chat.completion.chunk', choices: [{ delta: { role: 'assistant' } }], usage: null },
      { choices: [{ delta: { content: 'once' } }] },
      { choices: [{ delta: { content: ' upon' } }] },
      { choices: [{ delta: {}, finish_reason: 'stop' }] },
      { choices: [], usage: { total_tokens: 5 } },
      '[DONE]',
    ]);
    expect(events.some((event) => Object.hasOwn(event as object, 'mixtab'))).toBe(false);
    expect(await eventsOf(await post('/completions', { prompt: 'a', stream: true }))).toMatchObject([
      { object: 'text_completion', choices: [{ text: 'a' }] },
      { choices: [{ finish_reason: 'stop' }] },
      '[DONE]',
    ]);
  });

  it('take a Request', async () => {
    const body = JSON.stringify({ prompt: 'hi' });
    const headers = { 'Content-Type': 'application/json' };
    const request = new Request('http://a/completions', { method: 'POST', headers, body });
    expect(await (await engine.fetch(request)).json()).toMatchObject({ choices: [{ text: 'hi' }] });
  });
});

describe('failures', () => {
  it.each([
    ['GET', '/v1/nothing', 404, 'unknown_url'],
    ['GET', '/', 404, 'unknown_url'],
    ['GET', '/v1/models/%E0%A4%A', 404, 'model_not_found'],
    ['POST', '/v1/embeddings', 404, 'unknown_url'],
    ['POST', '/v1/models', 405, 'method_not_allowed'],
    ['GET', '/v1/chat/completions', 405, 'method_not_allowed'],
    ['DELETE', '/v1/completions', 405, 'method_not_allowed'],
    ['POST', '/v1/completions', 415, 'unsupported_media_type'],
  ])('%s %s is %i, %s', async (method, path, status, code) => {
    const response = await engine.fetch(`http://mixtab${path}`, { method });
    expect((await failure(response)).slice(0, 3)).toEqual([status, REFUSED, code]);
  });

  it('of a method say which is allowed', async () => {
    expect((await engine.fetch('http://mixtab/v1/completions')).headers.get('allow')).toBe('POST');
  });

  it.each(['{"a":', '[]', 'null', ''])('a body that is %j is 400', async (body) => {
    const headers = { 'Content-Type': 'application/json' };
    const response = await engine.fetch('http://a/v1/completions', { method: 'POST', headers, body });
    expect(await failure(response)).toEqual([400, REFUSED, 'invalid_json', null]);
  });

  it.each([
    [{ model: 'gpt-4o' }, [404, REFUSED, 'model_not_found', 'model']],
    [{ top_p: 2 }, [400, REFUSED, 'invalid_value', 'top_p']],
    [{ stream: 'yes' }, [400, REFUSED, 'invalid_value', 'stream']],
    [{ messages: user('typed') }, [400, REFUSED, 'context_length_exceeded', null]],
    [{ messages: user('typed'), stream: true }, [400, REFUSED, 'context_length_exceeded', null]],
    [{ messages: user('plain') }, [500, 'server_error', 'internal', null]],
  ])('a chat with %j is %j', async (rest, expected) => {
    expect(await failure(await chat('a', rest))).toEqual(expected);
  });

  it('after the first word are the last event', async () => {
    const events = await eventsOf(await chat('stumble on', { stream: true }));
    expect(events).toMatchObject([
      { choices: [{ delta: { role: 'assistant' } }] },
      { choices: [{ delta: { content: 'stumble' } }] },
      { choices: [{ delta: { content: ' on' } }] },
      { error: { type: 'server_error', code: 'device_lost', message: expect.stringContaining('GPU') } },
    ]);
  });

  it('of an answer that nobody aborted, and that was cut off all the same, are told', async () => {
    expect(await failure(await chat('cut off'))).toEqual([503, 'server_error', 'aborted', null]);
    const events = await eventsOf(await chat('cut off', { stream: true }));
    expect(events.at(-2)).toMatchObject({ choices: [{ delta: { content: ' off' } }] });
    expect(events.at(-1)).toMatchObject({ error: { type: 'server_error', code: 'model_not_loaded' } });
  });

  it('of an engine that is gone are 503', async () => {
    const gone = await start();
    const streaming = await post('/completions', { prompt: 'hang on', stream: true }, undefined, gone);
    await gone.unload();
    expect((await eventsOf(streaming)).at(-1)).toMatchObject({
      error: { type: 'server_error', code: 'model_not_loaded' },
    });
    const response = await post('/completions', { prompt: 'a' }, undefined, gone);
    expect(await failure(response)).toEqual([503, 'server_error', 'model_not_loaded', null]);
  });
});

describe('aborting', () => {
  const cancelled = async () =>
    (await engine.generate({ input: { prompt: 'cancelled?' } })).text.split(',').filter(Boolean).length;

  it('rejects as fetch does', async () => {
    const aborted = { name: 'AbortError' };
    await expect(chat('a', {}, AbortSignal.abort())).rejects.toMatchObject(aborted);
    await expect(engine.fetch('http://a/v1/models', { signal: AbortSignal.abort() })).rejects.toMatchObject(aborted);
    const controller = new AbortController();
    const answer = chat('hang', {}, controller.signal);
    controller.abort();
    await expect(answer).rejects.toMatchObject(aborted);
    const silent = new AbortController();
    const stream = chat('hang silently', { stream: true }, silent.signal);
    silent.abort();
    await expect(stream).rejects.toMatchObject(aborted);
    const reason = new Error('mine');
    await expect(chat('a', { stream: true }, AbortSignal.abort(reason))).rejects.toBe(reason);
  });

  it('breaks a stream off, and stops the answer', async () => {
    const before = await cancelled();
    const controller = new AbortController();
    const response = await chat('hang on', { stream: true }, controller.signal);
    const reader = response.body?.getReader();
    await reader?.read();
    controller.abort();
    const rest = (async () => {
      while (!(await reader?.read())?.done);
    })();
    await expect(rest).rejects.toMatchObject({ name: 'AbortError' });
    expect(await cancelled()).toBe(before + 1);
  });

  it('cancelling the body stops the answer', async () => {
    const before = await cancelled();
    const response = await chat('hang on', { stream: true });
    await response.body?.cancel();
    expect(await cancelled()).toBe(before + 1);
  });
});
