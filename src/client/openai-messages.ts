import { isObject, show } from '../lib/json';
import type { ChatMessage, ToolCall } from '../protocol/engine';
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
  if (role === 'tool') {
    const { tool_call_id: toolCallId } = message;
    if (typeof toolCallId !== 'string') throw invalid(`${field}.tool_call_id`, 'the id of a call', toolCallId);
    return { role, content, toolCallId };
  }
  const { tool_calls: calls } = message;
  if (role !== 'assistant' || calls === null || calls === undefined) return { role, content };
  if (!Array.isArray(calls)) throw invalid(`${field}.tool_calls`, 'a list of calls', calls);
  const toolCalls = calls.map((call, at) => toCall(call, `${field}.tool_calls[${at}]`));
  return { role, content: content ?? '', toolCalls };
}

function toCall(call: unknown, field: string): ToolCall {
  const { id, type = 'function', function: named } = isObject(call) ? call : {};
  if (type !== 'function' || !isObject(named)) throw invalid(field, 'a call of type "function"', call);
  const { name, arguments: args } = named;
  if (typeof id !== 'string') throw invalid(`${field}.id`, 'a text', id);
  if (typeof name !== 'string') throw invalid(`${field}.function.name`, 'a text', name);
  if (typeof args !== 'string') throw invalid(`${field}.function.arguments`, 'JSON text', args);
  return { id, name, arguments: args };
}

function textOf(part: unknown, field: string): string {
  const { type, text } = isObject(part) ? part : {};
  if (type !== 'text' || typeof text !== 'string') throw invalid(field, 'parts of type "text"', show(type));
  return text;
}
