import type { ChatCompletionChunk, CompletionSettings, TextCompletionChunk } from '../client';
import { isLocal, type LocalEngine, type PageEngine, type RemoteEngine } from './engine-port';
import { fitPrompt } from './fit-prompt';
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
  settings: Settings,
  signal: AbortSignal,
): Promise<Asked> {
  const body = { messages: toMessages(chat), ...bodyOf(settings), stream: true } as const;
  return { chunks: await engine.chat.completions.create(body, { signal }), forgotten: 0 };
}

/** A base model is given the chat as one text, to go on with. */
async function askHere(engine: LocalEngine, chat: ChatState, settings: Settings, signal: AbortSignal): Promise<Asked> {
  const { defaults } = engine.info;
  const sampling = {
    temperature: defaults.temperature,
    top_p: defaults.topP,
    ...bodyOf(settings),
    stream: true,
  } as const;
  if (!engine.info.chat) {
    return { chunks: await engine.completions.create({ prompt: toText(chat), ...sampling }, { signal }), forgotten: 0 };
  }
  const goesOn = chat.path.at(-1)?.text === '' ? {} : { continue_final_message: true };
  const { messages, forgotten } = await fitPrompt(engine, chat, settings.maxTokens);
  const body = { messages, ...goesOn, ...sampling };
  return { chunks: await engine.chat.completions.create(body, { signal }), forgotten };
}

/** Only what is set: a server of OpenAI's own may not know the fields that are vLLM's. */
function bodyOf({ maxTokens, seed, ...settings }: Settings): CompletionSettings {
  const fields = {
    temperature: settings.temperature,
    top_p: settings.topP,
    top_k: settings.topK,
    min_p: settings.minP,
    typical_p: settings.typicalP,
    repetition_penalty: settings.repetitionPenalty,
    frequency_penalty: settings.frequencyPenalty,
    presence_penalty: settings.presencePenalty,
    max_tokens: maxTokens,
    seed,
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}

/** The text that a chunk brings. */
export function textOf({ choices: [choice] }: ChatCompletionChunk | TextCompletionChunk): string {
  if (!choice) return '';
  return 'delta' in choice ? (choice.delta.content ?? '') : choice.text;
}
