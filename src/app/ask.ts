import type { ChatCompletionChunk, TextCompletionChunk } from '../client';
import type { PageEngine } from './engine-port';
import { type Chat, toMessages, toText } from './state/chat';
import { fitContext, promptLimit } from './state/fit-context';
import type { Settings } from './state/settings';

type Chunks = AsyncIterable<ChatCompletionChunk | TextCompletionChunk>;

/**
 * Asks the engine for the next answer of a chat. `forgotten`: how many of the oldest messages no longer fit its context.
 * A base model is given the chat as one text, to go on with.
 */
export async function ask(
  engine: PageEngine,
  chat: Chat,
  { temperature, topP, maxTokens, seed }: Settings,
  signal: AbortSignal,
): Promise<{ chunks: Chunks; forgotten: number }> {
  const { contextLength, defaults } = engine.info;
  const sampling = {
    temperature: temperature ?? defaults.temperature,
    top_p: topP ?? defaults.topP,
    max_tokens: maxTokens,
    seed,
    stream: true,
  } as const;
  if (!engine.info.chat) {
    return { chunks: await engine.completions.create({ prompt: toText(chat), ...sampling }, { signal }), forgotten: 0 };
  }
  const { messages, forgotten } = await fitContext(
    toMessages(chat),
    promptLimit(contextLength, maxTokens),
    (candidates) => engine.countTokens(candidates),
  );
  return { chunks: await engine.chat.completions.create({ messages, ...sampling }, { signal }), forgotten };
}

/** The text that a chunk brings. */
export function textOf({ choices: [choice] }: ChatCompletionChunk | TextCompletionChunk): string {
  if (!choice) return '';
  return 'delta' in choice ? (choice.delta.content ?? '') : choice.text;
}
