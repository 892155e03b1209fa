import { afterEach, expect, it } from 'vitest';
import { CreateMLCEngine, CreateWebWorkerMLCEngine, MLCEngine, type MLCEngineConfig } from '.';

const startWorker = () =>
  new Worker(new URL('../../tests/workers/scripted-engine.worker.ts', import.meta.url), { type: 'module' });
const config: MLCEngineConfig = {
  appConfig: {
    model_list: [
      { model: 'tiny', model_id: 'one', overrides: { temperature: 0.25, context_window_size: 32 } },
      { model: 'tiny', model_id: 'two' },
    ],
  },
  mixtab: { startWorker },
};

const open: MLCEngine[] = [];
afterEach(() => Promise.all(open.splice(0).map((engine) => engine.unload())));

function fresh(more: MLCEngineConfig = {}): MLCEngine {
  const engine = new MLCEngine({ ...config, ...more });
  open.push(engine);
  return engine;
}

async function loaded(modelId: string | string[] = 'one'): Promise<MLCEngine> {
  const engine = fresh();
  await engine.reload(modelId);
  return engine;
}

const user = (content: string) => [{ role: 'user' as const, content }];
const asked = async (engine: MLCEngine, more: object): Promise<Record<string, unknown>> =>
  JSON.parse(
    (await engine.chatCompletion({ messages: user('request'), ...more, stream: false })).choices[0]?.message.content ??
      '',
  );

it('answers, and remembers the last answer and how fast it was until it is reset', async () => {
  const engine = await loaded();
  const reply = await engine.chat.completions.create({ messages: user('hello there') });
  expect(reply.choices[0]).toMatchObject({ message: { content: 'hello there' }, finish_reason: 'stop' });
  expect(await engine.getMessage()).toBe('hello there');
  const stats = 'prefill: 1.0000 tokens/sec, decoding: 1.0000 tokens/sec';
  expect(await engine.runtimeStatsText()).toBe(stats);
  await engine.resetChat(true);
  expect([await engine.getMessage(), await engine.runtimeStatsText()]).toEqual(['', stats]);
  await engine.resetChat();
  expect(await engine.runtimeStatsText()).toBe('prefill: 0.0000 tokens/sec, decoding: 0.0000 tokens/sec');
});

it('streams chat and text, and remembers what was streamed', async () => {
  const engine = await loaded();
  let text = '';
  const chunks = await engine.chat.completions.create({
    messages: user('a b c'),
    stream: true,
    stream_options: { include_usage: true },
  });
  let usage: unknown;
  for await (const chunk of chunks) {
    text += chunk.choices[0]?.delta.content ?? '';
    usage = chunk.usage;
    if (text === 'a b') expect(await engine.runtimeStatsText()).toContain('decoding: 1.0000');
  }
  expect([text, await engine.getMessage()]).toEqual(['a b c', 'a b c']);
  expect(usage).toMatchObject({ prompt_tokens: 3, extra: { decode_tokens_per_s: 1 } });
  for await (const chunk of await engine.completions.create({ prompt: 'd e', stream: true })) void chunk;
  expect(await engine.getMessage()).toBe('d e');
});

it('takes settings from the record, then from the caller, then from the request and its extra_body', async () => {
  const engine = fresh();
  await engine.reload('one', { repetition_penalty: 1.5 });
  expect(await asked(engine, {})).toMatchObject({ sampling: { temperature: 0.25, repetitionPenalty: 1.5 } });
  expect(await asked(engine, { temperature: 1, extra_body: { top_k: 7, enable_thinking: false } })).toMatchObject({
    sampling: { temperature: 1, topK: 7, repetitionPenalty: 1.5 },
  });
  const schema = '{"type":"object"}';
  expect(await asked(engine, { response_format: { type: 'json_object', schema } })).toMatchObject({
    constraint: { type: 'json-schema', schema },
  });
});

it('an interrupted answer ends as any other, with the reason abort, whole or streamed', async () => {
  const engine = await loaded();
  const firstWords = new Promise<void>((resolve) => {
    void (async () => {
      let reason: unknown;
      for await (const chunk of await engine.chat.completions.create({ messages: user('hang on'), stream: true })) {
        if (chunk.choices[0]?.delta.content === ' on') resolve();
        reason = chunk.choices[0]?.finish_reason;
      }
      expect(reason).toBe('abort');
    })();
  });
  await firstWords;
  engine.interruptGenerate();
  const chat = engine.chatCompletion({ messages: user('hang') });
  const text = engine.completion({ prompt: 'hang' });
  engine.interruptGenerate();
  expect((await chat).choices).toMatchObject([{ message: { role: 'assistant' }, finish_reason: 'abort' }]);
  expect((await text).choices).toMatchObject([{ finish_reason: 'abort' }]);
  expect((await engine.chatCompletion({ messages: user('on we go') })).choices[0]?.message.content).toBe('on we go');
});

it('a signal of the caller aborts as everywhere in Mixtab', async () => {
  const engine = await loaded();
  const answer = engine.chat.completions.create({ messages: user('hang') }, { signal: AbortSignal.abort() });
  await expect(answer).rejects.toMatchObject({ name: 'AbortError' });
});

it('loads several models, told apart by the request', async () => {
  const engine = await loaded(['one', 'two']);
  const reply = await engine.chat.completions.create({ messages: user('hi'), model: 'two' });
  expect(reply.model).toBe('tiny');
  expect(await engine.getMessage('two')).toBe('hi');
  expect(await engine.getMessage('one')).toBe('');
  await expect(engine.chatCompletion({ messages: user('hi') })).rejects.toMatchObject({
    name: 'UnclearModelToUseError',
  });
  await expect(engine.chatCompletion({ messages: user('hi'), model: 'three' })).rejects.toMatchObject({
    name: 'SpecifiedModelNotFoundError',
  });
});

it('tells one progress that rises to 1, in words that end as programs expect', async () => {
  const told: { progress: number; timeElapsed: number; text: string }[] = [];
  const engine = fresh({ initProgressCallback: (report) => told.push(report) });
  await engine.reload(['one', 'two']);
  const progress = told.map((report) => report.progress);
  expect(progress).toEqual(progress.toSorted((a, b) => a - b));
  expect(told.at(-1)).toMatchObject({ progress: 1, text: 'Finish loading on WebGPU - none' });
  expect(engine.getInitProgressCallback()).toBeTypeOf('function');
});

it('needs no worker that was made for WebLLM, and leaves it alone', async () => {
  const worker = startWorker();
  const engine = await CreateWebWorkerMLCEngine(worker, 'one', config);
  open.push(engine);
  expect((await engine.chatCompletion({ messages: user('hi') })).choices[0]?.message.content).toBe('hi');
  worker.terminate();
  expect((await engine.chatCompletion({ messages: user('still') })).choices[0]?.message.content).toBe('still');
});

it('unload ends a load under way, and nothing answers afterwards', async () => {
  const engine = fresh();
  const loading = expect(engine.reload('one')).rejects.toMatchObject({ name: 'AbortError' });
  await engine.unload();
  await loading;
  await expect(engine.chatCompletion({ messages: user('hi') })).rejects.toMatchObject({ name: 'ModelNotLoadedError' });
});

it.each([
  ['typed', {}, 'ContextWindowSizeExceededError'],
  ['hi', { nonsense: 1 }, 'UnsupportedFieldsError'],
  ['hi', { extra_body: { resumable: { enabled: true } } }, 'UnsupportedFieldsError'],
  ['hi', { extra_body: 'x' }, 'UnsupportedFieldsError'],
  ['hi', { seed: 1.5 }, 'SeedTypeError'],
  ['hi', { temperature: -1 }, 'NonNegativeError'],
  ['hi', { top_p: 2 }, 'RangeError'],
  ['hi', { max_tokens: 0 }, 'MinValueError'],
  ['hi', { top_logprobs: 3 }, 'DependencyError'],
  ['hi', { stream_options: 5 }, 'InvalidStreamOptionsError'],
  ['hi', { response_format: { type: 'xml' } }, 'InvalidResponseFormatError'],
  ['hi', { response_format: { type: 'grammar' } }, 'InvalidResponseFormatGrammarError'],
  ['hi', { messages: [] }, 'MessageOrderError'],
  ['hi', { messages: [{ role: 'wizard', content: '' }] }, 'UnsupportedRoleError'],
  ['hi', { messages: [{ role: 'user', content: 5 }] }, 'ContentTypeError'],
])('what WebLLM has a name for has it here: %s with %j', async (prompt, more, name) => {
  const engine = await loaded();
  const body = { messages: user(prompt), ...more } as Parameters<MLCEngine['chatCompletion']>[0];
  await expect(engine.chatCompletion(body)).rejects.toMatchObject({ name });
  const streamed = async () => {
    const chunks = await engine.chatCompletion({ ...body, stream: true });
    for await (const chunk of chunks) void chunk;
  };
  await expect(streamed()).rejects.toMatchObject({ name });
});

it.each([
  ['nowhere', undefined, 'ModelNotFoundError'],
  [['one', 'one'], undefined, 'ReloadModelIdNotUniqueError'],
  [['one', 'two'], [{}], 'ReloadArgumentSizeUnmatchedError'],
  ['one', { sliding_window_size: 1024 }, 'UnsupportedFieldsError'],
])('reload(%j, %j) rejects with its name', async (modelId, options, name) => {
  await expect(fresh().reload(modelId, options as object)).rejects.toMatchObject({ name });
});

it('refuses what a Mixtral cannot do, by name', async () => {
  const engine = await loaded();
  await expect(engine.embeddings.create({ input: 'a' })).rejects.toMatchObject({
    name: 'EmbeddingUnsupportedModelError',
  });
  await expect(engine.forwardTokensAndSample([1], true)).rejects.toMatchObject({ name: 'UnsupportedFieldsError' });
  const logitProcessorRegistry = new Map();
  expect(() => new MLCEngine({ logitProcessorRegistry } as MLCEngineConfig)).toThrow('logitProcessorRegistry');
});

it('tells what WebGPU tells of the adapter', async () => {
  const engine = new MLCEngine();
  expect(await engine.getGPUVendor()).toBe((await navigator.gpu.requestAdapter())?.info.vendor);
  expect(await engine.getMaxStorageBufferBindingSize()).toBeGreaterThanOrEqual(2 ** 27);
});

it('the engine beneath is there for what WebLLM has no name for', async () => {
  const engine = await CreateMLCEngine('one', config);
  open.push(engine);
  expect(await engine.mixtab().setBudget(5)).toMatchObject({ budgetBytes: 5 });
});
