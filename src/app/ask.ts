import type { ChatCompletionChunk, TextCompletionChunk } from '../client';
import { fitContext, promptLimit } from '../ui/fit-context';
import { isLocal, type LocalEngine, type PageEngine, type RemoteEngine } from './engine-port';
import type { ChatState } from './state/chat';
import { toMessages, toText } from './state/prompt';
import type { Settings } from './state/settings';

type Chunks = AsyncIterable<ChatCompletionChunk | TextCompletionChunk>;

/** `forgotten`: how many of the oldest messages no longer fit the model's context. */
interface Asked {
  chunks: Chunks;
  forgotten: number;
}

/** Asks the engine for the last answer of a chat; where that has begun already, for how it goes on. */
export function ask(engine: PageEngine, chat: ChatState, settings: Settings, signal: AbortSignal): Promise<Asked> {
  return isLocal(engine) ? askHere(engine, chat, settings, signal) : askServer(engine, chat, settings, signal);
}

/** A server knows its model's defaults and the length of its context: what is too long it refuses. */
async function askServer(
  engine: RemoteEngine,
  chat: ChatState,
  { temperature, topP, maxTokens, seed }: Settings,
  signal: AbortSignal,
): Promise<Asked> {
  const messages = toMessages(chat);
  const body = { messages, temperature, top_p: topP, max_tokens: maxTokens, seed, stream: true } as const;
  return { chunks: await engine.chat.completions.create(body, { signal }), forgotten: 0 };
}

/** A base model is given the chat as one text, to go on with. */
async function askHere(
  engine: LocalEngine,
  chat: ChatState,
  { temperature, topP, maxTokens, seed }: Settings,
  signal: AbortSignal,
): Promise<Asked> {
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
  const goesOn = chat.path.at(-1)?.text === '' ? {} : { continue_final_message: true };
  const { messages, forgotten } = await fitContext(
    toMessages(chat),
    promptLimit(contextLength, maxTokens),
    (candidates) => engine.countTokens(candidates),
  );
  const body = { messages, ...goesOn, ...sampling };
  return { chunks: await engine.chat.completions.create(body, { signal }), forgotten };
}

/** The text that a chunk brings. */
export function textOf({ choices: [choice] }: ChatCompletionChunk | TextCompletionChunk): string {
  if (!choice) return '';
  return 'delta' in choice ? (choice.delta.content ?? '') : choice.text;
}
