import { afterEach, expect, it } from 'vitest';
import type { ChatEngine } from '../client/chat-engine';
import { connectEngine } from '../client/create-engine';
import type { Engine } from '../client/engine';
import type { ChatBody } from '../client/openai';
import { renderHook } from './testing.browser';
import { type UseChat, type UseChatOptions, useChat } from './use-chat';

const startWorker = () =>
  new Worker(new URL('../../tests/workers/scripted-engine.worker.ts', import.meta.url), { type: 'module' });
const scriptedModel = { id: 'scripted', url: 'http://localhost/packs/scripted' };

const open: Engine[] = [];
afterEach(() => Promise.all(open.splice(0).map((engine) => engine.unload())));

async function scripted(): Promise<Engine> {
  const engine = await connectEngine(startWorker(), scriptedModel);
  open.push(engine);
  return engine;
}

/** The engine, and what it is asked. */
function heard(engine: Engine): { engine: ChatEngine; bodies: ChatBody[] } {
  const bodies: ChatBody[] = [];
  const create = ((body: ChatBody, options) => {
    bodies.push(body);
    return engine.chat.completions.create(body, options);
  }) as ChatEngine['chat']['completions']['create'];
  const { origin, model, completions, fetch } = engine;
  const unload = () => engine.unload();
  return { engine: { origin, model, completions, fetch, unload, chat: { completions: { create } } }, bodies };
}

const render = (options: UseChatOptions) => renderHook(() => useChat(options));
const rendered = async (options: UseChatOptions) => {
  const hook = render(options);
  await hook.until(() => true);
  return hook;
};
const texts = ({ messages }: UseChat) => messages.map(({ content }) => content);
const idle = ({ status, messages }: UseChat) => status === 'idle' && messages.length > 0;

it('streams an answer, and sends the conversation with the next question', async () => {
  const { engine, bodies } = heard(await scripted());
  const hook = await rendered({ engine, system: 'Be short.', temperature: 0.5, max_tokens: 9 });
  await hook.now.send('once upon a time');
  const { messages } = await hook.until(idle);
  expect(messages).toMatchObject([
    { role: 'user', content: 'once upon a time' },
    { role: 'assistant', content: 'once upon a time', finishReason: 'stop' },
  ]);
  expect(new Set(messages.map(({ id }) => id)).size).toBe(2);
  expect(hook.shown.some(({ status }) => status === 'answering')).toBe(true);
  await hook.now.send('and then');
  expect(bodies[1]).toEqual({
    messages: [
      { role: 'system', content: 'Be short.' },
      { role: 'user', content: 'once upon a time' },
      { role: 'assistant', content: 'once upon a time' },
      { role: 'user', content: 'and then' },
    ],
    temperature: 0.5,
    max_tokens: 9,
    stream: true,
  });
});

it('renders at most once a frame, however many words come in it', async () => {
  const hook = await rendered({ engine: await scripted() });
  const words = Array.from({ length: 400 }, (_, index) => `w${index}`).join(' ');
  let frames = 0;
  let running = true;
  const count = (): void => {
    frames++;
    if (running) requestAnimationFrame(count);
  };
  requestAnimationFrame(count);
  await hook.now.send(words);
  await hook.until(idle);
  running = false;
  const renders = new Set(
    hook.shown.map((value) => texts(value)[1]).filter((text) => text !== undefined && text !== ''),
  );
  expect([...renders].at(-1)).toBe(words);
  expect(renders.size).toBeLessThanOrEqual(frames + 1);
});

it('stop keeps what was written and says so; regenerate asks again; clear forgets', async () => {
  const hook = await rendered({ engine: await scripted() });
  const asked = hook.now.send('hang on');
  await hook.until((value) => texts(value)[1] === 'hang on');
  hook.now.stop();
  await asked;
  expect((await hook.until(idle)).messages[1]).toMatchObject({ content: 'hang on', finishReason: 'abort' });
  const again = hook.now.regenerate();
  const { messages } = await hook.until((value) => value.status === 'answering' && texts(value)[1] === 'hang on');
  expect(messages).toHaveLength(2);
  hook.now.clear();
  await again;
  expect(await hook.until(({ messages: all }) => all.length === 0)).toMatchObject({ status: 'idle', error: null });
  await hook.now.send('hello');
  expect(texts(await hook.until(idle))).toEqual(['hello', 'hello']);
});

it('tells why an answer failed; its question is not told again', async () => {
  const { engine, bodies } = heard(await scripted());
  const hook = await rendered({ engine });
  await hook.now.send('typed');
  expect(await hook.until(idle)).toMatchObject({
    error: { code: 'context-overflow' },
    messages: [{}, { content: '' }],
  });
  await hook.now.send('hello');
  expect(bodies[1]?.messages).toEqual([{ role: 'user', content: 'hello' }]);
  expect(await hook.until(({ messages }) => messages[3]?.content === 'hello')).toMatchObject({ error: null });
});

it('sends nothing empty, and one question at a time', async () => {
  const hook = await rendered({ engine: await scripted() });
  await hook.now.send('  ');
  await hook.now.regenerate();
  expect(hook.now.messages).toEqual([]);
  const asked = hook.now.send('hang');
  await hook.now.send('me too');
  await hook.until((value) => texts(value)[1] === 'hang');
  hook.now.stop();
  await asked;
  expect(texts(await hook.until(idle))).toEqual(['hang', 'hang']);
});

it('a component that goes ends its answer', async () => {
  const engine = await scripted();
  const hook = await rendered({ engine });
  const asked = hook.now.send('hang on');
  await hook.until((value) => texts(value)[1] === 'hang on');
  hook.unmount();
  await asked;
  expect((await engine.generate({ input: { prompt: 'cancelled?' } })).text).not.toBe('');
});

it('loads its own model with the first message, and tells of it', async () => {
  let started = 0;
  const start = (): Worker => {
    started++;
    return startWorker();
  };
  const hook = await rendered({ model: scriptedModel, load: { startWorker: start, budgetBytes: 7 } });
  expect(started).toBe(0);
  await hook.now.send('hi there');
  expect(texts(await hook.until(idle))).toEqual(['hi there', 'hi there']);
  expect(hook.shown.some(({ status }) => status === 'loading')).toBe(true);
  await hook.now.send('and more');
  expect(started).toBe(1);
});

it('says that there is no engine yet, and that a model cannot be loaded', async () => {
  const none = await rendered({ engine: null });
  await none.now.send('hi');
  expect(await none.until(idle)).toMatchObject({ error: { code: 'model-not-loaded' } });
  const missing = await rendered({ model: { ...scriptedModel, id: 'missing' }, load: { startWorker } });
  await missing.now.send('hi');
  expect(await missing.until(idle)).toMatchObject({ error: { code: 'model-not-found' } });
});

it('tells a story of the embedded model', async () => {
  const hook = await rendered({ model: 'tiny', temperature: 0, max_tokens: 16 });
  await hook.now.send('Tell me a story about a cat.');
  const { messages, error } = await hook.until(idle);
  expect(error).toBeNull();
  expect(messages[1]).toMatchObject({ finishReason: 'length' });
  expect(messages[1]?.content.length).toBeGreaterThan(20);
  expect(hook.shown.some(({ progress }) => (progress?.progress ?? 0) > 0)).toBe(true);
});
