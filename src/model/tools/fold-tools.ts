import type { ChatMessage, Tool, ToolCall } from '../../protocol/engine';
import { ARGUMENTS, TRIGGER } from './calls';

/**
 * A conversation with tools for a template that knows none: a system text tells of the tools and of the form of a call; calls become text of the
 * assistant's, results text of the user's, in one message with what the user says next, as roles alternate.
 */
export function foldTools(messages: readonly ChatMessage[], tools: readonly Tool[]): ChatMessage[] {
  const names = new Map<string, string>();
  const folded: ChatMessage[] = [];
  let answering = false;
  for (const message of messages) {
    const text = textOf(message, names);
    const last = folded.at(-1);
    if (answering && last && (message.role === 'tool' || message.role === 'user'))
      last.content += `\n\n${text.content}`;
    else folded.push(text);
    answering = message.role === 'tool';
  }
  if (tools.length === 0) return folded;
  const start = folded.findIndex(({ role }) => role !== 'system');
  return folded.toSpliced(start < 0 ? folded.length : start, 0, { role: 'system', content: instructions(tools) });
}

/** Notes the names of calls for their results. */
function textOf(message: ChatMessage, names: Map<string, string>): ChatMessage {
  if (message.role === 'tool') {
    const result = { name: names.get(message.toolCallId) ?? message.toolCallId, content: message.content };
    return { role: 'user', content: `[TOOL_RESULTS] ${JSON.stringify(result)}` };
  }
  const { role, content } = message;
  if (role !== 'assistant' || !message.toolCalls?.length) return { role, content };
  for (const { id, name } of message.toolCalls) names.set(id, name);
  return { role, content: `${content}${callsText(message.toolCalls)}` };
}

/** The very text that the model wrote, so that the KV cache holds it still. */
function callsText(calls: readonly ToolCall[]): string {
  const texts = calls.map(({ name, arguments: args }) => `{"name": ${JSON.stringify(name)}${ARGUMENTS}${args}}`);
  return `${TRIGGER} [${texts.join(', ')}]`;
}

function instructions(tools: readonly Tool[]): string {
  const form = `${TRIGGER} [{"name": "..."${ARGUMENTS}{...}}]`;
  return `You can call these functions: ${JSON.stringify(tools)}\nTo call some of them, answer with ${form} and nothing behind it.`;
}
