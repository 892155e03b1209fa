import { expect, it, onTestFinished } from 'vitest';
import { temporaryModel } from '../../tests/support/temporary-store';
import {
  type AppConfig,
  CreateMLCEngine,
  deleteModelInCache,
  hasModelInCache,
  type InitProgressReport,
  MLCEngine,
  prebuiltAppConfig,
} from '.';

/** A list of one model, from a host; what is stored of it goes when the test ends. */
function listOf(model: string): { id: string; appConfig: AppConfig } {
  const id = temporaryModel();
  const appConfig = { model_list: [{ model, model_id: id, model_lib: 'none.wasm' }] };
  onTestFinished(() => deleteModelInCache(id, appConfig));
  return { id, appConfig };
}

it('runs a program that was written for WebLLM, but for its import', async () => {
  const reports: InitProgressReport[] = [];
  const selectedModel = prebuiltAppConfig.model_list[0]?.model_id ?? '';
  const initProgressCallback = (report: InitProgressReport) => {
    reports.push(report);
  };
  const engine = await CreateMLCEngine(selectedModel, { initProgressCallback, logLevel: 'INFO' });
  onTestFinished(() => engine.unload());

  const messages = [
    { role: 'system' as const, content: 'You tell short stories.' },
    { role: 'user' as const, content: 'Tell me a story about a cat.' },
  ];
  const reply = await engine.chat.completions.create({ messages, max_tokens: 16, temperature: 0 });
  const story = reply.choices[0]?.message.content ?? '';
  expect(story.length).toBeGreaterThan(20);
  expect(reply.usage?.total_tokens).toBe((reply.usage?.prompt_tokens ?? 0) + 16);

  const chunks = await engine.chat.completions.create({
    messages,
    max_tokens: 16,
    temperature: 0,
    stream: true,
    stream_options: { include_usage: true },
  });
  let streamed = '';
  for await (const chunk of chunks) {
    streamed += chunk.choices[0]?.delta.content ?? '';
    if (chunk.usage) expect(chunk.usage.completion_tokens).toBe(16);
  }
  expect(streamed).toBe(story);
  expect(await engine.getMessage()).toBe(story);
  expect(await engine.runtimeStatsText()).toMatch(
    /^prefill: \d+\.\d{4} tokens\/sec, decoding: [1-9]\d*\.\d{4} tokens\/sec$/,
  );

  const progress = reports.map((report) => report.progress);
  expect(progress).toEqual(progress.toSorted((a, b) => a - b));
  expect(progress.at(-1)).toBe(1);
  expect(reports.every(({ timeElapsed }) => timeElapsed >= 0)).toBe(true);
  const texts = reports.map(({ text }) => text);
  expect(texts[0]).toBe('Start to fetch params');
  expect(texts).toContainEqual(
    expect.stringMatching(/^Loading model from cache\[\d+\/\d+\]: \d+MB loaded. \d+% completed, \d+ secs elapsed.$/),
  );
  expect(texts).toContainEqual(
    expect.stringMatching(/^Loading GPU shader modules\[\d+\/100\]: \d+% completed, \d+ secs elapsed.$/),
  );
  expect(texts.at(-1)).toMatch(/^Finish loading on WebGPU - \S/);
});

it('imports a model of the caller from its host once, and knows it by its id afterwards', async () => {
  const { id, appConfig } = listOf('/models/tiny/');
  expect(await hasModelInCache(id, appConfig)).toBe(false);
  const texts: string[] = [];
  const engine = new MLCEngine({ appConfig, initProgressCallback: ({ text }) => texts.push(text) });
  onTestFinished(() => engine.unload());
  await engine.reload(id, { context_window_size: 64 });
  expect(texts).toContainEqual(expect.stringMatching(/^Fetching param cache\[\d+\/\d+\]: \d+MB fetched. \d+% /));
  expect(engine.mixtab().info).toMatchObject({ id, contextLength: 64 });
  expect(await hasModelInCache(id, appConfig)).toBe(true);
  engine.setAppConfig(prebuiltAppConfig);
  await engine.reload(id);
  expect((await engine.completion({ prompt: 'Once', max_tokens: 2 })).choices[0]?.text).not.toBe('');
  await engine.unload();
  await deleteModelInCache(id, appConfig);
  expect(await hasModelInCache(id, appConfig)).toBe(false);
});

it('unload stops an import, which goes on where it was', async () => {
  const { id, appConfig } = listOf('/models/tiny/');
  const engine = new MLCEngine({ appConfig });
  onTestFinished(() => engine.unload());
  engine.setInitProgressCallback(({ text }) => {
    if (text.startsWith('Fetching')) void engine.unload();
  });
  await expect(engine.reload(id)).rejects.toMatchObject({ name: 'AbortError' });
  engine.setInitProgressCallback(() => {});
  await engine.reload(id);
  expect(await hasModelInCache(id, appConfig)).toBe(true);
});

it('says what is wrong with a record', async () => {
  const { id, appConfig } = listOf('http://');
  const engine = new MLCEngine({ appConfig });
  await expect(engine.reload(id)).rejects.toMatchObject({ name: 'ModelNotFoundError', code: 'model-not-found' });
  await expect(hasModelInCache('nobody', appConfig)).rejects.toMatchObject({ name: 'ModelNotFoundError' });
});
