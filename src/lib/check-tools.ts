import type { ChatMessage, Tool, ToolCall, ToolChoice } from '../protocol/engine';
import { invalid } from './invalid-request';
import { isObject } from './json';

/** `undefined` where there are none. Throws `request-invalid` naming the field. */
export function checkTools(tools: unknown): Tool[] | undefined {
  if (tools === undefined) return undefined;
  if (!Array.isArray(tools)) throw invalid('tools', 'a list of tools', tools);
  const names = new Set<string>();
  return tools.map((tool: unknown, index) => {
    const field = `tools[${index}]`;
    const { name, description, parameters } = isObject(tool) ? tool : {};
    if (typeof name !== 'string' || !/^[\w-]{1,64}$/.test(name)) {
      throw invalid(`${field}.name`, '1 to 64 letters, digits, _ and -', name);
    }
    if (names.has(name)) throw invalid(`${field}.name`, 'a name of its own', name);
    names.add(name);
    if (description !== undefined && typeof description !== 'string') {
      throw invalid(`${field}.description`, 'a text', description);
    }
    if (parameters !== undefined && !isObject(parameters)) {
      throw invalid(`${field}.parameters`, 'a JSON Schema', parameters);
    }
    return { name, description, parameters };
  });
}

/** Throws `request-invalid`. */
export function checkToolChoice(choice: unknown, tools: readonly Tool[] = []): ToolChoice | undefined {
  if (choice === undefined || choice === 'none' || choice === 'auto') return choice;
  if (choice === 'required' && tools.length > 0) return choice;
  const named = isObject(choice) ? tools.find(({ name }) => name === choice.name) : undefined;
  if (named === undefined) throw invalid('toolChoice', 'none, auto, required or {name} of one of the tools', choice);
  return { name: named.name };
}

const ROLES: ChatMessage['role'][] = ['system', 'user', 'assistant', 'tool'];

/** Throws `request-invalid` naming the field. */
export function checkMessages(messages: unknown): ChatMessage[] {
  if (!Array.isArray(messages) || messages.length === 0) throw invalid('messages', 'at least one message', messages);
  return messages.map((message: unknown, index) => {
    const field = `messages[${index}]`;
    const { role, content, toolCalls, toolCallId } = isObject(message) ? message : {};
    const known = ROLES.find((name) => name === role);
    if (known === undefined) throw invalid(`${field}.role`, ROLES.join(', '), JSON.stringify(role) ?? 'nothing');
    if (typeof content !== 'string') throw invalid(`${field}.content`, 'a text', typeof content);
    if (known === 'tool') {
      if (typeof toolCallId !== 'string') throw invalid(`${field}.toolCallId`, 'the id of a call', toolCallId);
      return { role: known, content, toolCallId };
    }
    if (known !== 'assistant' || toolCalls === undefined) return { role: known, content };
    if (!Array.isArray(toolCalls)) throw invalid(`${field}.toolCalls`, 'a list of calls', toolCalls);
    return {
      role: known,
      content,
      toolCalls: toolCalls.map((call, at) => checkCall(call, `${field}.toolCalls[${at}]`)),
    };
  });
}

function checkCall(call: unknown, field: string): ToolCall {
  const { id, name, arguments: args } = isObject(call) ? call : {};
  if (typeof id !== 'string') throw invalid(`${field}.id`, 'a text', id);
  if (typeof name !== 'string') throw invalid(`${field}.name`, 'a text', name);
  if (typeof args !== 'string') throw invalid(`${field}.arguments`, 'JSON text', args);
  return { id, name, arguments: args };
}
