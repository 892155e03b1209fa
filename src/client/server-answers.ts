import { isObject, show } from '../lib/json';
import { MixtabError } from '../protocol/errors';
import type {
  ChatCompletion,
  ChatCompletionChunk,
  ChatFinish,
  ChatToolCall,
  TextCompletion,
  TextCompletionChunk,
  TextFinish,
  Usage,
} from './openai';

/** What a server sends, checked as far as callers rely on it. All throw `server-answer-invalid` naming the field; other fields are kept. */

type Fields = Record<string, unknown>;

const TEXT_FINISHES: TextFinish[] = ['stop', 'length', 'content_filter'];
const CHAT_FINISHES: ChatFinish[] = [...TEXT_FINISHES, 'tool_calls'];

export function readChat(value: unknown): ChatCompletion {
  const choices = choicesOf(value, (choice, index, field) => ({
    ...choice,
    index,
    message: messageOf(choice.message, `${field}.message`),
    logprobs: (choice.logprobs ?? null) as ChatCompletion['choices'][number]['logprobs'],
    finish_reason: oneOf(CHAT_FINISHES, choice.finish_reason, `${field}.finish_reason`),
  }));
  if (choices.length === 0) throw wrong('choices', 'at least one', '[]');
  return { ...headOf(value), object: 'chat.completion', choices };
}

export function readChatChunk(value: unknown): ChatCompletionChunk {
  const choices = choicesOf(value, (choice, index, field) => ({
    ...choice,
    index,
    delta: deltaOf(choice.delta, `${field}.delta`),
    finish_reason: finishOf(CHAT_FINISHES, choice.finish_reason, field),
  }));
  return { ...headOf(value), object: 'chat.completion.chunk', choices };
}

export function readText(value: unknown): TextCompletion {
  const choices = choicesOf(value, (choice, index, field) => ({
    ...textChoice(choice, index, field),
    finish_reason: oneOf(TEXT_FINISHES, choice.finish_reason, `${field}.finish_reason`),
  }));
  if (choices.length === 0) throw wrong('choices', 'at least one', '[]');
  return { ...headOf(value), object: 'text_completion', choices };
}

export function readTextChunk(value: unknown): TextCompletionChunk {
  const choices = choicesOf(value, (choice, index, field) => ({
    ...textChoice(choice, index, field),
    finish_reason: finishOf(TEXT_FINISHES, choice.finish_reason, field),
  }));
  return { ...headOf(value), object: 'text_completion', choices };
}

/** The ids of a server's models. */
export function readModels(value: unknown): string[] {
  return listOf(fieldsOf(value, 'answer').data, 'data').map((model, index) =>
    textOf(fieldsOf(model, `data[${index}]`).id, `data[${index}].id`),
  );
}

export function parseAnswer(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw wrong('body', 'JSON', text);
  }
}

export function wrong(field: string, expected: string, got: unknown): MixtabError {
  return new MixtabError(
    'server-answer-invalid',
    `server's answer: ${field}: expected ${expected}, got ${show(got)}`,
    "Check that the address is that of OpenAI's API, which mostly ends in /v1.",
    { field },
  );
}

function headOf(value: unknown): { id: string; created: number; model: string; usage?: Usage } {
  const { usage, id, created, model, ...rest } = fieldsOf(value, 'answer');
  return {
    ...rest,
    id: textOf(id ?? '', 'id'),
    created: numberOf(created ?? 0, 'created'),
    model: textOf(model ?? '', 'model'),
    ...(usage === null || usage === undefined ? {} : { usage: usageOf(usage) }),
  };
}

function usageOf(value: unknown): Usage {
  const usage = fieldsOf(value, 'usage');
  const [prompt, completion] = [usage.prompt_tokens, usage.completion_tokens ?? 0];
  const prompt_tokens = numberOf(prompt, 'usage.prompt_tokens');
  const completion_tokens = numberOf(completion, 'usage.completion_tokens');
  const total_tokens = numberOf(usage.total_tokens ?? prompt_tokens + completion_tokens, 'usage.total_tokens');
  return { ...usage, prompt_tokens, completion_tokens, total_tokens };
}

function choicesOf<T>(value: unknown, read: (choice: Fields, index: number, field: string) => T): T[] {
  return listOf(fieldsOf(value, 'answer').choices, 'choices').map((one, at) => {
    const choice = fieldsOf(one, `choices[${at}]`);
    return read(choice, numberOf(choice.index ?? at, `choices[${at}].index`), `choices[${at}]`);
  });
}

function textChoice(choice: Fields, index: number, field: string) {
  const logprobs = (choice.logprobs ?? null) as TextCompletion['choices'][number]['logprobs'];
  return { ...choice, index, text: textOf(choice.text, `${field}.text`), logprobs };
}

function messageOf(value: unknown, field: string): ChatCompletion['choices'][number]['message'] {
  const { content = null, refusal = null, tool_calls: calls = null, ...rest } = fieldsOf(value, field);
  return {
    ...rest,
    role: 'assistant',
    content: content === null ? null : textOf(content, `${field}.content`),
    refusal: refusal === null ? null : textOf(refusal, `${field}.refusal`),
    // Some servers list no calls as null or as an empty list.
    ...(calls === null || listOf(calls, `${field}.tool_calls`).length === 0
      ? {}
      : { tool_calls: callsOf(calls, field) }),
  };
}

function callsOf(calls: unknown, field: string): ChatToolCall[] {
  return listOf(calls, `${field}.tool_calls`).map((one, at) => {
    const path = `${field}.tool_calls[${at}]`;
    const call = fieldsOf(one, path);
    const named = fieldsOf(call.function, `${path}.function`);
    return {
      ...call,
      id: textOf(call.id, `${path}.id`),
      type: 'function',
      function: {
        name: textOf(named.name, `${path}.function.name`),
        arguments: textOf(named.arguments, `${path}.function.arguments`),
      },
    };
  });
}

function deltaOf(value: unknown, field: string): ChatCompletionChunk['choices'][number]['delta'] {
  const { content = null, tool_calls: calls = null, ...rest } = fieldsOf(value, field);
  const parts = listOf(calls ?? [], `${field}.tool_calls`).map((one, at) => {
    const call = fieldsOf(one, `${field}.tool_calls[${at}]`);
    return { ...call, index: numberOf(call.index ?? at, `${field}.tool_calls[${at}].index`) };
  });
  return {
    ...rest,
    ...(content === null ? {} : { content: textOf(content, `${field}.content`) }),
    ...(parts.length > 0 ? { tool_calls: parts } : {}),
  };
}

function finishOf<F extends string>(known: F[], value: unknown, field: string): F | null {
  return value === null || value === undefined ? null : oneOf(known, value, `${field}.finish_reason`);
}

function oneOf<F extends string>(known: F[], value: unknown, field: string): F {
  const found = known.find((one) => one === value);
  if (found === undefined) throw wrong(field, known.join(', '), value);
  return found;
}

function fieldsOf(value: unknown, field: string): Fields {
  if (!isObject(value)) throw wrong(field, 'an object', value);
  return value;
}

function listOf(value: unknown, field: string): unknown[] {
  if (!Array.isArray(value)) throw wrong(field, 'a list', value);
  return value;
}

function textOf(value: unknown, field: string): string {
  if (typeof value !== 'string') throw wrong(field, 'a text', value);
  return value;
}

function numberOf(value: unknown, field: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw wrong(field, 'a number', value);
  return value;
}
