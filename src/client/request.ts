import { show } from '../lib/json';
import { resolveSampling } from '../model/sampling';
import type { ChatMessage, GenerateRequest, ModelInfo, SamplingParams } from '../protocol/engine';
import { MixtabError } from '../protocol/errors';

/** One request as a caller writes it; what is left out takes the model's defaults. */
export interface EngineRequest {
  input: GenerateRequest['input'];
  sampling?: Partial<SamplingParams> | undefined;
  /** Default: to the end of the context. */
  maxTokens?: number | undefined;
  /** The answer ends before the first of these; they are not part of it. */
  stop?: string[] | undefined;
  /** Return the logits at every prompt position. */
  promptLogits?: boolean | undefined;
  /** Return what every router said: input of `mixtab simulate`. */
  trace?: boolean | undefined;
}

/** Checks a request wholly and fills in the defaults. Throws `request-invalid` naming the field. */
export function completeRequest(request: EngineRequest, info: ModelInfo, id: string): GenerateRequest {
  const { maxTokens = info.contextLength, stop = [] } = request;
  if (!Number.isInteger(maxTokens) || maxTokens < 1) throw invalid('maxTokens', 'a whole number above 0', maxTokens);
  if (!Array.isArray(stop) || stop.length > 16 || !stop.every((text) => typeof text === 'string' && text !== '')) {
    throw invalid('stop', 'up to 16 texts, none empty', show(stop));
  }
  return {
    id,
    input: checkInput(request.input, info.vocabSize),
    sampling: resolveSampling(request.sampling ?? {}, info.defaults),
    maxTokens,
    stop,
    promptLogits: request.promptLogits === true,
    trace: request.trace === true,
  };
}

function checkInput(input: GenerateRequest['input'], vocabSize: number): GenerateRequest['input'] {
  if (typeof input !== 'object' || input === null) throw invalid('input', '{messages}, {prompt} or {ids}', input);
  if ('messages' in input) return { messages: checkMessages(input.messages) };
  if ('prompt' in input) {
    if (typeof input.prompt !== 'string') throw invalid('input.prompt', 'a text', typeof input.prompt);
    return { prompt: input.prompt };
  }
  if (!('ids' in input)) throw invalid('input', '{messages}, {prompt} or {ids}', Object.keys(input).join(', ') || '{}');
  const ids = checkIds(input.ids, 'input.ids', vocabSize);
  if (ids.length === 0) throw invalid('input.ids', 'at least one token id', '[]');
  return { ids };
}

export function checkIds(ids: unknown, field: string, vocabSize: number): number[] {
  if (!Array.isArray(ids)) throw invalid(field, 'a list of token ids', show(ids));
  const wrong = ids.find((id) => !Number.isInteger(id) || id < 0 || id >= vocabSize);
  if (wrong !== undefined) throw invalid(field, `whole numbers from 0 to ${vocabSize - 1}`, wrong);
  return ids;
}

const ROLES = ['system', 'user', 'assistant'] as const;

export function checkMessages(messages: unknown): ChatMessage[] {
  if (!Array.isArray(messages) || messages.length === 0)
    throw invalid('messages', 'at least one message', show(messages));
  return messages.map((message: unknown, index) => {
    const { role, content } = (typeof message === 'object' && message !== null ? message : {}) as Record<
      string,
      unknown
    >;
    const known = ROLES.find((name) => name === role);
    if (known === undefined) throw invalid(`messages[${index}].role`, ROLES.join(', '), show(role));
    if (typeof content !== 'string') throw invalid(`messages[${index}].content`, 'a text', typeof content);
    return { role: known, content };
  });
}

export function invalid(field: string, expected: string, got: unknown): MixtabError {
  return new MixtabError(
    'request-invalid',
    `${field}: expected ${expected}, got ${typeof got === 'string' ? got : show(got)}`,
    `Correct ${field}.`,
    {
      field,
    },
  );
}
