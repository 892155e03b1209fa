import Ajv from 'ajv/dist/2020';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ChatMessage, EngineEvent, GenerateDelta, GenerateRequest, Tool } from '../protocol/engine';
import { EventBatcher } from './event-batcher';
import { generate } from './generate';
import { LoadTracker } from './load-progress';
import { LoadedModel } from './loaded-model';
import { GREEDY, TINY } from './testing';

let model: LoadedModel;
const events: EngineEvent[] = [];
beforeAll(async () => {
  const batcher = new EventBatcher();
  batcher.subscribe((event) => events.push(event));
  const emit = batcher.emit.bind(batcher);
  const signal = new AbortController().signal;
  model = await LoadedModel.load(TINY, { kernelVariant: 'row' }, new LoadTracker(() => {}), emit, signal);
});
afterAll(() => model.unload());

const WEATHER: Tool = {
  name: 'weather',
  description: 'Tells the weather',
  parameters: {
    type: 'object',
    properties: { city: { type: 'string' }, unit: { enum: ['C', 'F'] }, at: { $ref: '#/$defs/day' } },
    required: ['city', 'unit'],
    additionalProperties: false,
    $defs: { day: { type: 'integer', minimum: 1, maximum: 31 } },
  },
};
const CLOCK: Tool = { name: 'clock', parameters: { type: 'object', properties: {}, additionalProperties: false } };
const TOOLS = [WEATHER, CLOCK];
const asked: ChatMessage[] = [{ role: 'user', content: 'What is the weather?' }];
const validators = new Map(TOOLS.map(({ name, parameters = {} }) => [name, new Ajv().compile(parameters)]));

function ask(request: Partial<GenerateRequest>, onDelta: (delta: GenerateDelta) => void = () => {}) {
  const complete = { id: 'r', input: { messages: asked }, sampling: GREEDY, maxTokens: 100, stop: [], ...request };
  return generate(model, complete, new AbortController().signal, onDelta);
}

const hot = (seed: number) => ({ ...GREEDY, temperature: 1, seed });

test.each([1, 2])('required: calls, valid by their schemas, and no text; seed %i', async (seed) => {
  const deltas: GenerateDelta[] = [];
  const input = { messages: asked, tools: TOOLS, toolChoice: 'required' as const };
  const result = await ask({ input, sampling: hot(seed) }, (delta) => deltas.push(delta));
  expect(result).toMatchObject({ text: '', finishReason: 'tool_calls' });
  expect(result.toolCalls?.length).toBeGreaterThan(0);
  for (const { id, name, arguments: args } of result.toolCalls ?? []) {
    expect(id).toMatch(/^[A-Za-z0-9]{9}$/);
    expect(validators.get(name)?.(JSON.parse(args)), `${name} ${args}`).toBe(true);
  }
  expect(deltas.flatMap(({ toolCalls }) => toolCalls ?? [])).toEqual(result.toolCalls);
  expect(deltas.map(({ text }) => text).join('')).toBe('');
  expect((await ask({ input, sampling: hot(seed) })).toolCalls).toEqual(result.toolCalls);
});

test.each([1, 2])('a tool by its name is called once; seed %i', async (seed) => {
  const { toolCalls } = await ask({
    input: { messages: asked, tools: TOOLS, toolChoice: { name: 'clock' } },
    sampling: hot(seed),
  });
  expect(toolCalls).toEqual([{ id: expect.any(String), name: 'clock', arguments: '{}' }]);
});

test('auto lets the model write as it likes', async () => {
  const result = await ask({ input: { messages: asked, tools: TOOLS }, maxTokens: 12 });
  expect(result.text).not.toBe('');
  expect(result.toolCalls).toBeUndefined();
  expect(result.finishReason).not.toBe('tool_calls');
});

test('none tells the model of no tools', async () => {
  const result = await ask({ input: { messages: asked, tools: TOOLS, toolChoice: 'none' }, maxTokens: 8 });
  expect(result).toEqual({ ...(await ask({ maxTokens: 8 })), stats: result.stats });
});

test('a call that no tokens are left for is cut by length, and is none', async () => {
  const input = { messages: asked, tools: TOOLS, toolChoice: 'required' as const };
  const result = await ask({ input, maxTokens: 20 });
  expect(result).toMatchObject({ text: '', finishReason: 'length', toolCalls: undefined });
});

test('the next turn finds calls in the KV cache as they were written', async () => {
  const input = { messages: asked, tools: [WEATHER], toolChoice: { name: 'weather' } };
  const { ids, promptIds, toolCalls } = await ask({ input });
  const next: ChatMessage[] = [
    ...asked,
    { role: 'assistant', content: '', toolCalls },
    { role: 'tool', content: 'sunny', toolCallId: toolCalls?.[0]?.id ?? '' },
  ];
  const second = await ask({ input: { messages: next, tools: [WEATHER] }, maxTokens: 2 });
  expect(second.stats.cachedTokens).toBeGreaterThanOrEqual(promptIds.length);
  const text = model.tokenizer.decode(second.promptIds);
  expect(text).toContain(model.tokenizer.decode(ids));
  expect(text).toContain('[TOOL_RESULTS] {"name":"weather","content":"sunny"}');
});

test('routing and paging are told as the answer grows, each token once', async () => {
  events.length = 0;
  const deltas: GenerateDelta[] = [];
  const { stats } = await ask({ id: 'told', maxTokens: 20 }, (delta) => deltas.push(delta));
  await expect
    .poll(() => events.flatMap((event) => (event.type === 'routing' && event.requestId === 'told' ? event.picks : [])))
    .toEqual(deltas.flatMap(({ picks }) => picks));
  const paging = events.filter((event) => event.type === 'paging');
  expect(paging.at(-1)).toMatchObject({ requestId: 'told', stats: { hits: stats.hits, misses: stats.misses } });
});

test.each<[string, Partial<GenerateRequest>, string]>([
  [
    'a constraint beside tools',
    { input: { messages: asked, tools: TOOLS }, constraint: { type: 'json' } },
    'constraint',
  ],
  [
    'parameters that no grammar holds',
    { input: { messages: asked, tools: [CLOCK, { name: 'f', parameters: { properties: { a: { not: {} } } } }] } },
    'tools[1].parameters',
  ],
  ['a choice of no tool', { input: { messages: asked, tools: TOOLS, toolChoice: { name: 'f' } } }, 'toolChoice'],
])('%s is refused', async (_, request, field) => {
  await expect(ask(request)).rejects.toMatchObject({ code: 'request-invalid', data: { field } });
});
