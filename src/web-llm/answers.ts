import type {
  ChatChoice,
  ChatCompletionChunk as ChatChunk,
  LocalChatCompletion,
  LocalTextCompletion,
  LocalUsage,
  ResultExtras,
  TextChoice,
  TextCompletionChunk as TextChunk,
} from '../client/openai';
import { toWebLLMError } from './errors';
import type { LoadedModel } from './loaded-models';

/** OpenAI's answer. One that `interruptGenerate` cut off ends with the reason `abort`, as in WebLLM, and has no `usage`. */
export interface ChatCompletion extends Omit<LocalChatCompletion, 'choices' | 'usage'> {
  choices: (Omit<ChatChoice, 'finish_reason'> & {
    finish_reason: ChatChoice['finish_reason'] | 'abort';
    mixtab?: ResultExtras;
  })[];
  usage?: LocalUsage;
}

/** As {@link ChatCompletion}, of a text. */
export interface Completion extends Omit<LocalTextCompletion, 'choices' | 'usage'> {
  choices: (Omit<TextChoice, 'finish_reason'> & {
    finish_reason: TextChoice['finish_reason'] | 'abort';
    mixtab?: ResultExtras;
  })[];
  usage?: LocalUsage;
}

/** A part of an answer; where `include_usage` is asked for, the last one has the usage. */
export interface ChatCompletionChunk extends Omit<ChatChunk, 'usage'> {
  usage?: LocalUsage | null;
}

/** As {@link ChatCompletionChunk}, of a text. */
export interface TextCompletionChunk extends Omit<TextChunk, 'usage'> {
  usage?: LocalUsage | null;
}

/** Notes an answer where `getMessage` and `runtimeStatsText` look. */
export function note(model: LoadedModel, { choices }: LocalChatCompletion | LocalTextCompletion): void {
  for (const { mixtab } of choices) {
    model.stats.update(mixtab.stats);
    model.stats.end();
  }
  const [first] = choices;
  model.message = (first && ('message' in first ? first.message.content : first.text)) ?? '';
}

/** The stream as it is, noted chunk by chunk; it fails under WebLLM's names. */
export async function* noted<Chunk extends ChatCompletionChunk | TextCompletionChunk>(
  model: LoadedModel,
  chunks: AsyncIterable<Chunk>,
): AsyncGenerator<Chunk, void> {
  model.message = '';
  try {
    for await (const chunk of chunks) {
      const [choice] = chunk.choices;
      if (choice?.index === 0) model.message += ('delta' in choice ? choice.delta.content : choice.text) ?? '';
      if (chunk.mixtab) model.stats.update(chunk.mixtab.stats);
      yield chunk;
    }
  } catch (error) {
    throw toWebLLMError(error);
  } finally {
    model.stats.end();
  }
}

export function interruptedChat(model: string, text: string): ChatCompletion {
  const message = { role: 'assistant', content: text, refusal: null } as const;
  const choices = [{ index: 0, message, logprobs: null, finish_reason: 'abort' as const }];
  return { id: `chatcmpl-${crypto.randomUUID()}`, object: 'chat.completion', created: now(), model, choices };
}

export function interruptedText(model: string, text: string): Completion {
  const choices = [{ index: 0, text, logprobs: null, finish_reason: 'abort' as const }];
  return { id: `cmpl-${crypto.randomUUID()}`, object: 'text_completion', created: now(), model, choices };
}

const now = (): number => Math.floor(Date.now() / 1000);
