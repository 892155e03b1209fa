import { isObject, show } from '../lib/json';
import type { ChatMessage } from '../protocol/engine';
import { checkMessages, invalid } from './request';

/** OpenAI's messages as the engine's: texts in parts become one text, and `developer` is what OpenAI now calls `system`. */
export function toMessages(messages: unknown): ChatMessage[] {
  return checkMessages(Array.isArray(messages) ? messages.map(toMessage) : messages);
}

function toMessage(message: unknown, index: number): unknown {
  if (!isObject(message)) return message;
  const field = `messages[${index}]`;
  const role = message.role === 'developer' ? 'system' : message.role;
  const content = Array.isArray(message.content)
    ? message.content.map((part: unknown) => textOf(part, `${field}.content`)).join('\n')
    : message.content;
  if (role === 'tool') return { role, content, toolCallId: message.tool_call_id };
  const { tool_calls: calls } = message;
  if (role !== 'assistant' || calls === null || calls === undefined) return { role, content };
  const toolCalls = Array.isArray(calls) ? calls.map((call, at) => toCall(call, `${field}.tool_calls[${at}]`)) : calls;
  return { role, content: content ?? '', toolCalls };
}

function toCall(call: unknown, field: string): unknown {
  const { id, type = 'function', function: named } = isObject(call) ? call : {};
  if (type !== 'function' || !isObject(named)) throw invalid(field, 'a call of type "function"', call);
  return { id, name: named.name, arguments: named.arguments };
}

function textOf(part: unknown, field: string): string {
  const { type, text } = isObject(part) ? part : {};
  if (type !== 'text' || typeof text !== 'string') throw invalid(field, 'parts of type "text"', show(type));
  return text;
}
