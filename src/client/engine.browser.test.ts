import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import type { GenerateDelta, LoadProgress } from '../protocol/engine';
import type { MixtabError } from '../protocol/errors';
import { connectEngine, type EngineOptions } from './create-engine';
import type { Engine } from './engine';
import type { ChatCompletionChunk } from './openai';

const model = { id: 'scripted', url: 'http://localhost/packs/scripted' };
const scripted = () =>
  new Worker(new URL('../../tests/workers/scripted-engine.worker.ts', import.meta.url), { type: 'module' });

const open: Engine[] = [];
afterEach(() => Promise.all(open.splice(0).map((engine) => engine.unload())));

async function start(options: EngineOptions = {}): Promise<{ engine: Engine; worker: Worker }> {
  const worker = scripted();
  const engine = await connectEngine(worker, model, options);
  open.push(engine);
  return { engine, worker };
}

const ONE_ID = /^[0-9a-f-]{36}$/;
const user = (content: string) => [{ role: 'user' as const, content }];
const drain = async (stream: AsyncIterable<unknown>) => {
  for await (const _ of stream);
};
const textOf = (chunk: ChatCompletionChunk) => chunk.choices[0]?.delta.content ?? '';

describe('loading', () => {
  it('passes the model and the options on and tells the progress', async () => {
    const seen: LoadProgress[] = [];
    const { engine } = await start({ budgetBytes: 7, onProgress: (progress) => seen.push(progress) });
    expect(engine.info).toMatchObject({ id: 'scripted', name: `${model.url}/` });
    expect(seen).toMatchObject([{ phase: 'ready', loadedBytes: 7 }]);
  });

  it('rejects with what the worker says', async () => {
    const failed = connectEngine(scripted(), { ...model, id: 'missing' });
    await expect(failed).rejects.toMatchObject({ code: 'model-not-found', hint: 'Check the address.' });
  });

  it('stops on abort', async () => {
    const controller = new AbortController();
    const loading = connectEngine(scripted(), { ...model, id: 'slow' }, { signal: controller.signal });
    controller.abort();
    await expect(loading).rejects.toMatchObject({ code: 'aborted', name: 'AbortError' });
  });

  it('rejects when the script does not exist', async () => {
    const worker = new Worker(new URL('/no-such-worker.js', location.href), { type: 'module' });
    await expect(connectEngine(worker, model)).rejects.toMatchObject({ code: 'worker-died' });
  });

  it('refuses an address that is none', async () => {
    await expect(connectEngine(scripted(), { id: 'x', url: 'packs' })).rejects.toMatchObject({
      code: 'request-invalid',
    });
  });
});

describe('generate', () => {
  it('delivers every delta before the result, and fills in the defaults', async () => {
    const { engine } = await start();
    const deltas: GenerateDelta[] = [];
    const result = await engine.generate(
      { input: { prompt: 'once upon a time' } },
      { onDelta: (delta) => deltas.push(delta) },
    );
    expect(result).toMatchObject({ text: 'once upon a time', finishReason: 'stop' });
    expect(deltas.map(({ text }) => text)).toEqual(['once', ' upon', ' a', ' time']);
    const sent = JSON.parse((await engine.generate({ input: { prompt: 'request' } })).text);
    expect(sent).toMatchObject({
      maxTokens: 64,
      stop: [],
      sampling: { temperature: 0.7, topP: 0.9, repetitionPenalty: 1 },
    });
  });

  it.each([
    ['typed', { code: 'context-overflow', message: 'prompt: expected 64, got 65', hint: 'Shorten it.' }],
    ['plain', { code: 'internal', message: 'RangeError: odd' }],
    ['uncloneable', { code: 'internal' }],
  ])('errors arrive as MixtabError: %s', async (prompt, error) => {
    const { engine } = await start();
    await expect(engine.generate({ input: { prompt } })).rejects.toMatchObject(error);
    await expect(engine.generate({ input: { prompt: 'still here' } })).resolves.toMatchObject({ text: 'still here' });
  });

  it('rejects on abort with the part that was there, and cancels', async () => {
    const { engine } = await start();
    const controller = new AbortController();
    let seen = 0;
    const answer = engine.generate(
      { input: { prompt: 'hang on' } },
      { signal: controller.signal, onDelta: () => ++seen === 2 && controller.abort() },
    );
    await expect(answer).rejects.toMatchObject({
      code: 'aborted',
      name: 'AbortError',
      data: { text: 'hang on', ids: [0, 1] },
    });
    expect((await engine.generate({ input: { prompt: 'cancelled?' } })).text).toMatch(ONE_ID);
    await expect(engine.generate({ input: { prompt: 'a' } }, { signal: controller.signal })).rejects.toMatchObject({
      code: 'aborted',
    });
  });

  it('ends with what onDelta throws, and cancels', async () => {
    const { engine } = await start();
    const fault = new Error('mine');
    const answer = engine.generate(
      { input: { prompt: 'hang' } },
      {
        onDelta: () => {
          throw fault;
        },
      },
    );
    await expect(answer).rejects.toBe(fault);
    expect((await engine.generate({ input: { prompt: 'cancelled?' } })).text).toMatch(ONE_ID);
  });

  it.each([
    [{ input: {} }, 'input'],
    [{ input: { ids: [] } }, 'input.ids'],
    [{ input: { ids: [100] } }, 'input.ids'],
    [{ input: { prompt: 3 } }, 'input.prompt'],
    [{ input: { messages: [{ role: 'function', content: '' }] } }, 'messages[0].role'],
    [{ input: { messages: [{ role: 'tool', content: '' }] } }, 'messages[0].toolCallId'],
    [{ input: { prompt: '' }, maxTokens: 0 }, 'maxTokens'],
    [{ input: { prompt: '' }, stop: [''] }, 'stop'],
    [{ input: { prompt: '' }, sampling: { topP: 2 } }, 'topP'],
    [{ input: { prompt: '' }, logitBias: [[100, 1]] }, 'logitBias'],
    [{ input: { prompt: '' }, logprobs: 21 }, 'logprobs'],
    [{ input: { prompt: '' }, experts: [[]] }, 'experts[0]'],
    [{ input: { prompt: '' }, experts: [[0], [0]] }, 'experts'],
    [{ input: { prompt: '' }, constraint: { type: 'xml' } }, 'constraint.type'],
    [{ input: { prompt: '' }, constraint: { type: 'json-schema', schema: {} } }, 'constraint.schema'],
    [{ input: { messages: user(''), tools: [{ name: 'a b' }] } }, 'tools[0].name'],
    [{ input: { messages: user(''), tools: [{ name: 'f', parameters: 1 }] } }, 'tools[0].parameters'],
    [{ input: { messages: user(''), tools: [{ name: 'f' }, { name: 'f' }] } }, 'tools[1].name'],
    [{ input: { messages: user(''), tools: [{ name: 'f' }], toolChoice: { name: 'g' } } }, 'toolChoice'],
    [{ input: { messages: user(''), toolChoice: 'required' } }, 'toolChoice'],
  ])('refuses %j, naming %s', async (request, field) => {
    const { engine } = await start();
    await expect(engine.generate(request as Parameters<Engine['generate']>[0])).rejects.toMatchObject({
      code: 'request-invalid',
      data: { field },
    });
  });
});

describe('streams', () => {
  it('ends on abort with what was there and a last chunk that says so', async () => {
    const { engine } = await start();
    const controller = new AbortController();
    const stream = await engine.chat.completions.create(
      { messages: user('hang on'), stream: true },
      { signal: controller.signal },
    );
    let text = '';
    let reason: unknown = null;
    for await (const chunk of stream) {
      text += textOf(chunk);
      reason = chunk.choices[0]?.finish_reason;
      if (text === 'hang on') controller.abort();
    }
    expect([text, reason]).toEqual(['hang on', 'abort']);
    expect((await engine.generate({ input: { prompt: 'cancelled?' } })).text).toMatch(ONE_ID);
  });

  it('cancels when the loop is left', async () => {
    const { engine } = await start();
    for await (const chunk of await engine.chat.completions.create({ messages: user('hang'), stream: true })) {
      if (textOf(chunk) !== '') break;
    }
    expect((await engine.generate({ input: { prompt: 'cancelled?' } })).text).toMatch(ONE_ID);
  });

  it('throws what went wrong, after the text that was there', async () => {
    const { engine } = await start();
    const stream = await engine.chat.completions.create({ messages: user('typed'), stream: true });
    await expect(drain(stream)).rejects.toMatchObject({ code: 'context-overflow' });
  });
});

describe('a worker that dies', () => {
  const alive = (engine: Engine) =>
    new Promise<void>((resolve) => {
      void engine.generate({ input: { prompt: 'hang' } }, { onDelta: () => resolve() }).catch(() => {});
    });

  it('rejects calls under way and later ones when it is terminated, and ends running streams', async () => {
    const { engine, worker } = await start();
    const died = new Promise<MixtabError>((resolve) => engine.on('died', ({ error }) => resolve(error)));
    const stream = await engine.chat.completions.create({ messages: user('hang on'), stream: true });
    const pending = engine.generate({ input: { prompt: 'hang' } });
    await alive(engine);
    worker.terminate();
    await expect(pending).rejects.toMatchObject({ code: 'worker-died' });
    await expect(drain(stream)).rejects.toMatchObject({ code: 'worker-died' });
    await expect(engine.stats()).rejects.toMatchObject({ code: 'worker-died' });
    expect((await died).code).toBe('worker-died');
    await engine.unload();
  });

  it('rejects when its script throws', async () => {
    const { engine } = await start();
    void engine.generate({ input: { prompt: 'uncaught' } }).catch(() => {});
    await expect(engine.generate({ input: { prompt: 'hang' } })).rejects.toMatchObject({
      code: 'worker-died',
      message: expect.stringContaining('boom'),
    });
  });

  it('works without Web Locks, by the events alone', async () => {
    const locks = Object.getOwnPropertyDescriptor(Navigator.prototype, 'locks');
    if (locks === undefined) throw new Error('expected Web Locks in this browser');
    Object.defineProperty(Navigator.prototype, 'locks', { value: undefined, configurable: true });
    onTestFinished(() => {
      Object.defineProperty(Navigator.prototype, 'locks', locks);
    });
    const { engine } = await start();
    await expect(engine.generate({ input: { prompt: 'hi' } })).resolves.toMatchObject({ text: 'hi' });
    void engine.generate({ input: { prompt: 'uncaught' } }).catch(() => {});
    await expect(engine.generate({ input: { prompt: 'hang' } })).rejects.toMatchObject({ code: 'worker-died' });
  });
});

describe('the rest of the engine', () => {
  it('counts tokens, tells figures, sets the budget and its events', async () => {
    const { engine } = await start();
    expect(await engine.countTokens(user('a'))).toBe(1);
    expect(await engine.stats()).toMatchObject({ expertsTotal: 2 });
    const told: number[] = [];
    const off = engine.on('budget', ({ budget }) => told.push(budget.budgetBytes));
    const first = new Promise<void>((resolve) => engine.on('budget', () => resolve()));
    expect(await engine.setBudget(5)).toMatchObject({ budgetBytes: 5 });
    await first;
    off();
    const second = new Promise<void>((resolve) => engine.on('budget', () => resolve()));
    await engine.setBudget(6);
    await second;
    expect(told).toEqual([5]);
    await expect(engine.setBudget(0)).rejects.toMatchObject({ code: 'budget-too-small', data: { leastBytes: 1 } });
  });

  it('is gone after unload: answers under way and later calls reject', async () => {
    const { engine } = await start();
    const pending = engine.generate({ input: { prompt: 'hang' } });
    const died: unknown[] = [];
    engine.on('died', (event) => died.push(event));
    await Promise.all([engine.unload(), expect(pending).rejects.toMatchObject({ code: 'model-not-loaded' })]);
    const later = [
      engine.stats(),
      engine.countTokens(user('a')),
      engine.setBudget(5),
      engine.generate({ input: { prompt: 'a' } }),
    ];
    for (const call of later) await expect(call).rejects.toMatchObject({ code: 'model-not-loaded' });
    await engine.unload();
    expect(died).toEqual([]);
  });
});
