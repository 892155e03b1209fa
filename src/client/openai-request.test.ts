import { describe, expect, it } from 'vitest';
import type { ModelInfo } from '../protocol/engine';
import type { ChatBody, CompletionBody, ResponseFormat } from './openai';
import { fromChatBody, fromCompletionBody } from './openai-request';

const info: ModelInfo = {
  ...{
    id: 'm',
    name: 'M',
    layers: 1,
    experts: 2,
    topK: 1,
    vocabSize: 100,
    contextLength: 64,
    parameters: 1,
    packBytes: 1,
  },
  ...{ adapter: 'none', softwareAdapter: true, kernelVariant: 'none', maxContextLength: 64, kvBytes: 1 },
  loaded: { policy: 'reuse', ramBytes: null, lossy: {} },
  ...{ defaults: { temperature: 0.7, topP: 0.9 }, chat: true, notice: null },
  budget: { budgetBytes: 9, leastBytes: 1, mostBytes: 9, fixedBytes: 1, slotBytes: 1, slots: 8 },
};
const messages = [{ role: 'user' as const, content: 'once upon' }];
const tool = (name: string) => ({ type: 'function' as const, function: { name } });

/** What the engine is asked for first. */
function asked(body: Omit<ChatBody, 'messages'>, prompt: ChatBody['messages'] = messages) {
  return fromChatBody({ ...body, messages: prompt }, info).requests[0];
}

const refusal = (field: string) =>
  expect.objectContaining({ code: 'request-invalid', message: expect.stringContaining(field), data: { field } });

describe('a chat', () => {
  it('translates the settings', () => {
    expect(
      asked({
        temperature: 0,
        top_p: 0.5,
        top_k: -1,
        min_p: 0.1,
        repetition_penalty: 1.1,
        frequency_penalty: 1,
        presence_penalty: -1,
        typical_p: 0.9,
        seed: 7,
        max_tokens: 5,
        stop: '###',
        logit_bias: { 5: -100, 99: 1.5 },
        logprobs: true,
        top_logprobs: 20,
      }),
    ).toMatchObject({
      sampling: {
        temperature: 0,
        topP: 0.5,
        topK: 0,
        minP: 0.1,
        repetitionPenalty: 1.1,
        frequencyPenalty: 1,
        presencePenalty: -1,
        typicalP: 0.9,
        seed: 7,
      },
      maxTokens: 5,
      stop: ['###'],
      logitBias: [
        [5, -100],
        [99, 1.5],
      ],
      logprobs: 20,
    });
    expect(asked({ temperature: null, max_tokens: null, stop: null })).toMatchObject({
      sampling: { temperature: 0.7, topP: 0.9 },
      maxTokens: undefined,
      stop: [],
    });
    expect(asked({ max_completion_tokens: 6, max_tokens: 5 })).toMatchObject({ maxTokens: 6 });
  });

  it('takes texts in parts and the developer role', () => {
    const input = asked({}, [
      { role: 'developer', content: 'be brief' },
      { role: 'user', content: [{ type: 'text', text: 'request' }] },
    ])?.input;
    expect(input).toEqual({
      messages: [
        { role: 'system', content: 'be brief' },
        { role: 'user', content: 'request' },
      ],
    });
  });

  it('takes tools, calls and their results', () => {
    const parameters = { type: 'object', properties: { at: { type: 'string' } } };
    const tools = [{ type: 'function' as const, function: { name: 'look', description: 'Looks.', parameters } }];
    const calls = [{ id: 'abcdefghi', type: 'function' as const, function: { name: 'look', arguments: '{}' } }];
    const input = asked({ tools, tool_choice: 'none' }, [
      { role: 'user', content: 'look' },
      { role: 'assistant', content: null, refusal: null, tool_calls: calls },
      { role: 'tool', tool_call_id: 'abcdefghi', content: 'a cat' },
      { role: 'user', content: 'request' },
    ])?.input;
    expect(input).toEqual({
      messages: [
        { role: 'user', content: 'look' },
        { role: 'assistant', content: '', toolCalls: [{ id: 'abcdefghi', name: 'look', arguments: '{}' }] },
        { role: 'tool', content: 'a cat', toolCallId: 'abcdefghi' },
        { role: 'user', content: 'request' },
      ],
      tools: [{ name: 'look', description: 'Looks.', parameters }],
      toolChoice: 'none',
    });
  });

  it.each([
    [{ type: 'text' }, undefined],
    [{ type: 'json_object' }, { type: 'json' }],
    [
      { type: 'json_object', schema: '{"type":"object"}' },
      { type: 'json-schema', schema: '{"type":"object"}' },
    ],
    [{ type: 'json_schema', json_schema: { name: 'a' } }, { type: 'json' }],
    [
      { type: 'json_schema', json_schema: { name: 'a', schema: { type: 'object' } } },
      { type: 'json-schema', schema: '{"type":"object"}' },
    ],
    [
      { type: 'grammar', grammar: 'root ::= "a"' },
      { type: 'grammar', ebnf: 'root ::= "a"' },
    ],
  ] as [ResponseFormat, unknown][])('translates the response format %j', (response_format, constraint) => {
    expect(asked({ response_format })).toMatchObject({ constraint });
  });

  it.each([
    [{ messages: [] }, 'messages'],
    [{ messages: 'hi' }, 'messages'],
    [{ messages: [{ role: 'function', content: 'x', name: 'f' }] }, 'messages[0].role'],
    [{ messages: [{ role: 'tool', content: 'x' }] }, 'messages[0].tool_call_id'],
    [{ messages: [{ role: 'assistant', tool_calls: {} }] }, 'messages[0].tool_calls'],
    [{ messages: [{ role: 'assistant', tool_calls: [{ type: 'custom' }] }] }, 'messages[0].tool_calls[0]'],
    [
      { messages: [{ role: 'assistant', tool_calls: [{ id: 'a', function: { name: 'f' } }] }] },
      'messages[0].tool_calls[0].function.arguments',
    ],
    [{ messages: [{ role: 'user', content: [{ type: 'image_url' }] }] }, 'messages[0].content'],
    [{ messages, top_p: 2 }, 'top_p'],
    [{ messages, seed: 'x' }, 'seed'],
    [{ messages, max_tokens: -1 }, 'max_tokens'],
    [{ messages, max_completion_tokens: 0 }, 'max_completion_tokens'],
    [{ messages, n: 0 }, 'n'],
    [{ messages, n: 129 }, 'n'],
    [{ messages, stream: 'yes' }, 'stream'],
    [{ messages, stream_options: true }, 'stream_options'],
    [{ messages, stream_options: { include_usage: 1 } }, 'stream_options.include_usage'],
    [{ messages, tools: {} }, 'tools'],
    [{ messages, tools: [{}] }, 'tools[0]'],
    [{ messages, tools: [{ type: 'custom', custom: { name: 'f' } }] }, 'tools[0]'],
    [{ messages, tools: [tool('no good')] }, 'tools[0].function.name'],
    [
      { messages, tools: [{ type: 'function', function: { name: 'f', parameters: 1 } }] },
      'tools[0].function.parameters',
    ],
    [{ messages, tools: [tool('look')], tool_choice: tool('listen') }, 'tool_choice'],
    [{ messages, tools: [tool('look')], tool_choice: { type: 'allowed_tools' } }, 'tool_choice'],
    [{ messages, tool_choice: 'required' }, 'tool_choice'],
    [{ messages, parallel_tool_calls: 1 }, 'parallel_tool_calls'],
    [{ messages, response_format: 'json' }, 'response_format.type'],
    [{ messages, response_format: { type: 'json_object', schema: {} } }, 'response_format.schema'],
    [{ messages, response_format: { type: 'json_schema' } }, 'response_format.json_schema'],
    [
      { messages, response_format: { type: 'json_schema', json_schema: { schema: [] } } },
      'response_format.json_schema.schema',
    ],
    [{ messages, response_format: { type: 'grammar' } }, 'response_format.grammar'],
    [{ messages, logprobs: 1 }, 'logprobs'],
    [{ messages, top_logprobs: 3 }, 'logprobs'],
    [{ messages, logprobs: true, top_logprobs: 21 }, 'top_logprobs'],
    [{ messages, logit_bias: [], top_k: 1 }, 'logit_bias'],
    [{ messages, logit_bias: { x: 1 } }, 'logit_bias'],
    [{ messages, logit_bias: { 100: 1 } }, 'logit_bias'],
    [{ messages, logit_bias: { 5: 101 } }, 'logit_bias.5'],
    [{ messages, functions: [{}] }, 'functions'],
    [{ messages, reasoning_effort: 'high' }, 'reasoning_effort'],
    [{ messages, prompt: 'x' }, 'prompt'],
  ])('refuses %j, naming %s', (body, field) => {
    expect(() => fromChatBody(body as ChatBody, info)).toThrow(refusal(field));
  });

  it('lets fields pass that ask for nothing', () => {
    const body = {
      ...{ messages, logprobs: false, tools: [], tool_choice: 'auto' as const, response_format: null },
      ...{ user: 'me', model: 'any', store: true, metadata: { a: 'b' }, service_tier: 'flex' },
      ...{ modalities: ['text'], verbosity: 'medium', reasoning_effort: 'none', functions: [] },
    };
    expect(fromChatBody(body, info).requests).toHaveLength(1);
  });
});

describe('a text completion', () => {
  it.each([
    [{ prompt: null }, 'prompt'],
    [{ prompt: [] }, 'prompt'],
    [{ prompt: [100] }, 'prompt'],
    [{ prompt: ['a', 1] }, 'prompt[1]'],
    [{ prompt: [[1], [-1]] }, 'prompt[1]'],
    [{ prompt: 'a', logprobs: 6 }, 'logprobs'],
    [{ prompt: 'a', logprobs: true }, 'logprobs'],
    [{ prompt: 'a', echo: true }, 'echo'],
    [{ prompt: 'a', suffix: 'z' }, 'suffix'],
    [{ prompt: 'a', best_of: 2 }, 'best_of'],
    [{ prompt: 'a', messages }, 'messages'],
  ])('refuses %j, naming %s', (body, field) => {
    expect(() => fromCompletionBody(body as CompletionBody, info)).toThrow(refusal(field));
  });

  it('lets fields pass that ask for nothing', () => {
    const body = { prompt: 'a', echo: false, suffix: '', best_of: 1, user: 'me' };
    expect(fromCompletionBody(body, info).requests).toEqual([expect.objectContaining({ input: { prompt: 'a' } })]);
  });
});
