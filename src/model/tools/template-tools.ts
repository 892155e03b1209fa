import type { ChatMessage, Tool } from '../../protocol/engine';

/** A tool as chat templates expect it: OpenAI's shape. */
export function templateTool({ name, description, parameters }: Tool) {
  return {
    type: 'function',
    function: { name, description, parameters: parameters ?? { type: 'object', properties: {} } },
  };
}

/** A message as chat templates expect it: OpenAI's names, arguments parsed as Hugging Face's templates want them. */
export function templateMessage(message: ChatMessage) {
  if (message.role === 'tool') {
    return { role: 'tool', content: message.content, tool_call_id: message.toolCallId };
  }
  if (message.role !== 'assistant' || !message.toolCalls?.length)
    return { role: message.role, content: message.content };
  const calls = message.toolCalls.map(({ id, name, arguments: args }) => ({
    id,
    type: 'function',
    function: { name, arguments: parsed(args) },
  }));
  return { role: 'assistant', content: message.content, tool_calls: calls };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A caller may give back what a model wrote elsewhere, broken as it was.
    return text;
  }
}
