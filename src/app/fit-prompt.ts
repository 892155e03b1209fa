import type { ChatMessage } from '../protocol/engine';
import { fitContext, promptLimit } from '../ui/fit-context';
import type { LocalEngine } from './engine-port';
import type { ChatState } from './state/chat';
import { toMessages, toText } from './state/prompt';

type Said = Pick<ChatState, 'conversation' | 'path'>;

/** `forgotten`: how many of the oldest messages no longer fit the model's context. */
interface FittedPrompt {
  messages: ReturnType<typeof toMessages>;
  forgotten: number;
}

/** Of a chat, what its model is given: the system prompt always, and of the messages the newest that fit. */
export async function fitPrompt(engine: LocalEngine, chat: Said, maxTokens: number): Promise<FittedPrompt> {
  const messages = toMessages(chat);
  const first = messages.findIndex(({ role }) => role !== 'system');
  const system: ChatMessage[] = messages.slice(0, first);
  const limit = promptLimit(engine.info.contextLength, maxTokens);
  const { forgotten } = await fitContext(messages.slice(first), limit, (said) =>
    engine.countTokens([...system, ...said]),
  );
  return { messages: messages.filter((_, index) => index < first || index >= first + forgotten), forgotten };
}

export interface PromptSize {
  /** Of what the model would be given, its chat template included. */
  tokens: number;
  forgotten: number;
}

/** What an answer to a chat would begin with. A base model is given all of it, as one text. */
export async function sizePrompt(engine: LocalEngine, chat: Said, maxTokens: number): Promise<PromptSize> {
  if (!engine.info.chat) {
    const ids = await engine.tokenize(toText(chat), { addBos: true });
    return { tokens: ids.length, forgotten: 0 };
  }
  const { messages, forgotten } = await fitPrompt(engine, chat, maxTokens);
  return { tokens: await engine.countTokens(messages), forgotten };
}
