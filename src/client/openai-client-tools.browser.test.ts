import type OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { officialClient, STORY_SETTINGS } from '../../tests/support/official-client';
import { createEngine } from './create-engine';
import type { Engine } from './engine';

/** Tools through the official client, on the embedded model. */
let engine: Engine;
let client: OpenAI;
beforeAll(async () => {
  engine = await createEngine('tiny', { contextLength: 512 });
  client = officialClient(engine);
}, 120_000);
afterAll(() => engine.unload());

const settings = STORY_SETTINGS;
const { messages: ask } = settings;

const lookTool: OpenAI.ChatCompletionFunctionTool = {
  type: 'function',
  function: {
    name: 'look',
    description: 'Looks at a place.',
    parameters: {
      type: 'object',
      properties: { place: { type: 'string', enum: ['here', 'there'] }, closely: { type: 'boolean' } },
      required: ['place', 'closely'],
      additionalProperties: false,
    },
  },
};
const listenTool: OpenAI.ChatCompletionFunctionTool = {
  type: 'function',
  function: {
    name: 'listen',
    parameters: { type: 'object', properties: { loud: { type: 'boolean' } }, required: ['loud'] },
  },
};
describe('tools', () => {
  const tools = [lookTool, listenTool];
  const argumentsOf = ({ choices }: OpenAI.ChatCompletion) =>
    choices.flatMap(({ message }) =>
      (message.tool_calls ?? []).map((call) => (call.type === 'function' ? JSON.parse(call.function.arguments) : null)),
    );

  it('that are required are called, with arguments that follow the schema, and their results are answered', async () => {
    const body = { ...settings, max_tokens: 64, tools, tool_choice: 'required' as const, parallel_tool_calls: false };
    const asked = await client.chat.completions.create(body);
    const [choice] = asked.choices;
    expect(choice).toMatchObject({ message: { tool_calls: [{ type: 'function' }] }, finish_reason: 'tool_calls' });
    const [call] = choice?.message.tool_calls ?? [];
    if (call?.type !== 'function' || !choice) throw new Error('expected a call of a function');
    const [args] = argumentsOf(asked);
    if (call.function.name === 'look')
      expect(args).toEqual({ place: expect.stringMatching(/^t?here$/), closely: expect.any(Boolean) });
    else expect(args).toMatchObject({ loud: expect.any(Boolean) });
    const result: OpenAI.ChatCompletionMessageParam = {
      role: 'tool',
      tool_call_id: call.id,
      content: 'A cat sits there.',
    };
    const answered = await client.chat.completions.create({
      ...settings,
      tools,
      tool_choice: 'none',
      messages: [...ask, choice.message, result],
    });
    expect(answered.choices[0]?.message.content?.length).toBeGreaterThan(0);
  });

  it('that are named are called, streamed too', async () => {
    const body = {
      ...settings,
      max_tokens: 64,
      tools,
      tool_choice: { type: 'function' as const, function: { name: 'look' } },
    };
    const whole = await client.chat.completions.create(body);
    expect(argumentsOf(whole)[0]).toEqual({ place: expect.stringMatching(/^t?here$/), closely: expect.any(Boolean) });
    const streamed = await client.chat.completions.stream(body).finalChatCompletion();
    const calls = ({ choices }: OpenAI.ChatCompletion) =>
      choices[0]?.message.tool_calls?.map(
        (call) => call.type === 'function' && [call.function.name, call.function.arguments],
      );
    expect(calls(streamed)).toEqual(calls(whole));
    expect(streamed.choices[0]?.finish_reason).toBe('tool_calls');
  });

  it.each<[string, object, string]>([
    [
      'arguments that no grammar holds',
      { tools: [{ type: 'function', function: { name: 'f', parameters: { properties: { a: { not: {} } } } } }] },
      'tools[0].function.parameters',
    ],
    ['a choice of none of them', { tools, tool_choice: { type: 'function', function: { name: 'f' } } }, 'tool_choice'],
    ['a response format beside them', { tools, response_format: { type: 'json_object' } }, 'response_format'],
  ])('are refused with %s', async (_, body, param) => {
    const failed = client.chat.completions.create({ ...settings, ...body });
    await expect(failed).rejects.toMatchObject({ status: 400, code: 'invalid_value', param });
  });
});
