import { show } from '../lib/json';
import { resolveSampling } from '../model/sampling';
import type { ModelInfo, SamplingParams } from '../protocol/engine';
import { MixtabError } from '../protocol/errors';
import type { ChatBody, CompletionBody, CompletionSettings } from './openai';
import { checkMessages, type EngineRequest, invalid } from './request';

const SAMPLING_NAMES: Record<keyof SamplingParams, keyof CompletionSettings> = {
  temperature: 'temperature',
  topP: 'top_p',
  topK: 'top_k',
  minP: 'min_p',
  typicalP: 'typical_p',
  repetitionPenalty: 'repetition_penalty',
  frequencyPenalty: 'frequency_penalty',
  presencePenalty: 'presence_penalty',
  seed: 'seed',
};

const KNOWN = new Set<string>([
  ...Object.values(SAMPLING_NAMES),
  ...['messages', 'prompt', 'stream', 'stream_options', 'max_tokens', 'max_completion_tokens', 'stop'],
  ...['model', 'user', 'n', 'store', 'metadata'],
]);

export function fromChatBody(body: ChatBody, info: ModelInfo): EngineRequest {
  return { input: { messages: checkMessages(flattenContent(body.messages)) }, ...settings(body, info) };
}

export function fromCompletionBody(body: CompletionBody, info: ModelInfo): EngineRequest {
  const { prompt } = body;
  return { input: Array.isArray(prompt) ? { ids: prompt } : { prompt }, ...settings(body, info) };
}

/** A field that would change the answer and is not known here is an error: to ignore it would be to lie. */
function settings(body: CompletionSettings, info: ModelInfo): Omit<EngineRequest, 'input'> {
  for (const [field, value] of Object.entries(body)) {
    const neutral =
      value === null || value === undefined || value === false || (Array.isArray(value) && value.length === 0);
    if (!KNOWN.has(field) && !neutral) {
      throw new MixtabError(
        'request-invalid',
        `${field}: expected a field that Mixtab knows, got ${field}`,
        `Leave ${field} out.`,
        {
          field,
        },
      );
    }
  }
  if ((body.n ?? 1) !== 1) throw invalid('n', '1', body.n);
  const maxTokens = body.max_completion_tokens ?? body.max_tokens ?? undefined;
  if (maxTokens !== undefined && !(Number.isInteger(maxTokens) && maxTokens > 0)) {
    throw invalid('max_tokens', 'a whole number above 0', maxTokens);
  }
  const { stop } = body;
  return {
    sampling: sampling(body, info),
    maxTokens,
    stop: stop === null || stop === undefined ? [] : typeof stop === 'string' ? [stop] : stop,
  };
}

function sampling(body: CompletionSettings, info: ModelInfo): SamplingParams {
  const given = Object.entries(SAMPLING_NAMES).flatMap(([ours, theirs]) => {
    const value = body[theirs];
    return value === null || value === undefined ? [] : [[ours, theirs === 'top_k' && value === -1 ? 0 : value]];
  });
  return resolveSampling(Object.fromEntries(given), info.defaults, (field) => SAMPLING_NAMES[field]);
}

/** Texts in parts become one text, and `developer` is what OpenAI now calls `system`. */
function flattenContent(messages: unknown): unknown {
  if (!Array.isArray(messages)) return messages;
  return messages.map((message: unknown, index) => {
    if (typeof message !== 'object' || message === null) return message;
    const { role, content } = message as Record<string, unknown>;
    const texts = Array.isArray(content)
      ? content.map((part: unknown) => textOf(part, `messages[${index}].content`))
      : null;
    return { role: role === 'developer' ? 'system' : role, content: texts?.join('\n') ?? content };
  });
}

function textOf(part: unknown, field: string): string {
  const { type, text } = (typeof part === 'object' && part !== null ? part : {}) as Record<string, unknown>;
  if (type !== 'text' || typeof text !== 'string') throw invalid(field, 'parts of type "text"', show(type));
  return text;
}
