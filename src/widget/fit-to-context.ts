import type { ChatEngine } from '../client/chat-engine';
import type { Engine } from '../client/engine';
import { fitContext, promptLimit } from '../ui/fit-context';
import type { WidgetMessage } from './messages';

type Prompt = ({ role: 'system'; content: string } | WidgetMessage)[];

/** The prompt of a chat: its instructions, and what of it fits the model's context. A server knows its own context, and says so. */
export async function fitToContext(
  engine: ChatEngine,
  chat: WidgetMessage[],
  system: string | null,
  maxTokens: number | null,
): Promise<{ messages: Prompt; forgotten: number }> {
  const instructions: Prompt = system ? [{ role: 'system', content: system }] : [];
  if (!isLocal(engine)) return { messages: [...instructions, ...chat], forgotten: 0 };
  const { contextLength } = engine.info;
  const limit = promptLimit(contextLength, maxTokens ?? contextLength);
  const fitted = await fitContext(chat, limit, (some) => engine.countTokens([...instructions, ...some]));
  return { messages: [...instructions, ...fitted.messages], forgotten: fitted.forgotten };
}

export function isLocal(engine: ChatEngine): engine is Engine {
  return engine.origin.type === 'local';
}
