import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { APICallError, generateObject, generateText, jsonSchema, type LanguageModel, streamText, tool } from 'ai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEngine } from './create-engine';
import type { Engine } from './engine';

/** The Vercel AI SDK with the engine's `fetch`, unchanged, on the embedded model; what the words are is left open. */
let engine: Engine;
let model: LanguageModel;
beforeAll(async () => {
  engine = await createEngine('tiny', { contextLength: 512 });
  model = provider()('tiny');
}, 120_000);
afterAll(() => engine.unload());

const provider = () =>
  createOpenAICompatible({
    name: 'mixtab',
    baseURL: 'http://mixtab/v1',
    fetch: engine.fetch,
    includeUsage: true,
    supportsStructuredOutputs: true,
  });
const settings = { prompt: 'Tell me a story about a cat.', maxOutputTokens: 16, temperature: 1, seed: 5 };

describe('text', () => {
  it('is generated and streamed, and told what it used', async () => {
    const whole = await generateText({ model, ...settings });
    expect(whole).toMatchObject({ finishReason: 'length', usage: { outputTokens: 16 }, warnings: [] });
    expect(whole.text.length).toBeGreaterThan(10);
    const streamed = streamText({ model, ...settings });
    let text = '';
    for await (const part of streamed.textStream) text += part;
    expect(text).toBe(whole.text);
    expect(await streamed.usage).toMatchObject({ outputTokens: 16, inputTokens: whole.usage.inputTokens });
    expect(await streamed.finishReason).toBe('length');
  });

  it('ends before a stop string', async () => {
    const { text } = await generateText({ model, ...settings });
    const stop = text.slice(9, 15);
    const stopped = await generateText({ model, ...settings, stopSequences: [stop] });
    expect(stopped).toMatchObject({ text: text.slice(0, text.indexOf(stop)), finishReason: 'stop' });
  });

  it('can be aborted', async () => {
    const controller = new AbortController();
    const answer = generateText({ model, ...settings, maxOutputTokens: 200, abortSignal: controller.signal });
    controller.abort();
    await expect(answer).rejects.toMatchObject({ name: 'AbortError' });
    expect(await generateText({ model, ...settings, maxOutputTokens: 1 })).toMatchObject({
      usage: { outputTokens: 1 },
    });
  });
});

describe('objects', () => {
  it('follow their schema', async () => {
    const schema = jsonSchema<{ kind: string; old: boolean }>({
      type: 'object',
      properties: { kind: { type: 'string', enum: ['cat', 'dog'] }, old: { type: 'boolean' } },
      required: ['kind', 'old'],
      additionalProperties: false,
    });
    const { object, finishReason } = await generateObject({ model, ...settings, maxOutputTokens: 64, schema });
    expect(object).toEqual({ kind: expect.stringMatching(/^(cat|dog)$/), old: expect.any(Boolean) });
    expect(finishReason).toBe('stop');
  });
});

describe('tools', () => {
  const inputSchema = jsonSchema<{ place: string }>({
    type: 'object',
    properties: { place: { type: 'string', enum: ['here', 'there'] } },
    required: ['place'],
    additionalProperties: false,
  });
  const called: unknown[] = [];
  const look = tool({
    description: 'Looks at a place.',
    inputSchema,
    execute: (input) => {
      called.push(input);
      return 'A cat sits there.';
    },
  });
  const place = { place: expect.stringMatching(/^t?here$/) };

  it.each(['required', { type: 'tool', toolName: 'look' }] as const)(
    'are called (%j), and answered',
    async (toolChoice) => {
      called.length = 0;
      const { toolCalls, toolResults, finishReason, response } = await generateText({
        ...{ model, ...settings, maxOutputTokens: 64 },
        ...{ tools: { look }, toolChoice },
      });
      expect(finishReason).toBe('tool-calls');
      expect(toolCalls[0]).toMatchObject({ toolName: 'look', input: place });
      expect(called[0]).toEqual(toolCalls[0]?.input);
      expect(toolResults[0]?.output).toBe('A cat sits there.');
      const { prompt, ...rest } = settings;
      const messages = [{ role: 'user' as const, content: prompt }, ...response.messages];
      const answer = await generateText({ model, ...rest, messages, tools: { look }, toolChoice: 'none' });
      expect(answer.text.length).toBeGreaterThan(0);
    },
  );

  it('are called in a stream', async () => {
    const streamed = streamText({
      ...{ model, ...settings, maxOutputTokens: 64 },
      ...{ tools: { look }, toolChoice: 'required' as const },
    });
    await streamed.consumeStream();
    expect((await streamed.toolCalls)[0]).toMatchObject({ toolName: 'look', input: place });
    expect(await streamed.finishReason).toBe('tool-calls');
  });
});

describe('errors', () => {
  it.each([
    ['the model', () => provider()('gpt-4o'), {}, 404, 'model: expected tiny'],
    ['the length', () => model, { prompt: 'a cat and a dog '.repeat(200) }, 400, 'context'],
    ['a setting', () => model, { topP: 2 }, 400, 'top_p'],
  ])('in %s are those of the API, and asked once', async (_, of, rest, statusCode, message) => {
    const failed = generateText({ model: of(), ...settings, ...rest });
    await expect(failed).rejects.toBeInstanceOf(APICallError);
    await expect(failed).rejects.toMatchObject({
      statusCode,
      message: expect.stringContaining(message),
      isRetryable: false,
    });
  });
});
