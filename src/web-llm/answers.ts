import type {
  ChatCompletionChunk,
  LocalChatCompletion,
  LocalTextCompletion,
  LocalUsage,
  TextCompletionChunk,
} from '../client/openai';
import { toWebLLMError } from './errors';
import type { LoadedModel } from './loaded-models';

/** What `interruptGenerate` cuts off ends with the reason `abort`, as in WebLLM, and without `usage`. */
interface Interruptible<Whole extends { choices: { finish_reason: string; mixtab: unknown }[] }> {
  choices: (Omit<Whole['choices'][number], 'finish_reason' | 'mixtab'> & {
    finish_reason: Whole['choices'][number]['finish_reason'] | 'abort';
    mixtab?: Whole['choices'][number]['mixtab'];
  })[];
  usage?: LocalUsage;
}

export type ChatCompletion = Omit<LocalChatCompletion, 'choices' | 'usage'> & Interruptible<LocalChatCompletion>;
export type Completion = Omit<LocalTextCompletion, 'choices' | 'usage'> & Interruptible<LocalTextCompletion>;

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
