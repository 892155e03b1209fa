import { checkMessages, checkToolChoice, checkTools } from '../lib/check-tools';
import { invalid } from '../lib/invalid-request';
import { isObject, show } from '../lib/json';
import { checkExperts } from '../model/expert-mask';
import { checkLogitBias, checkLogprobs, resolveSampling } from '../model/sampling';
import type { Constraint, GenerateRequest, ModelInfo, SamplingParams } from '../protocol/engine';

export { checkMessages, invalid };

/** One request as a caller writes it; what is left out takes the model's defaults. */
export interface EngineRequest {
  input: GenerateRequest['input'];
  sampling?: Partial<SamplingParams> | undefined;
  /** Default: to the end of the context. */
  maxTokens?: number | undefined;
  /** The answer ends before the first of these; they are not part of it. */
  stop?: string[] | undefined;
  /** `[id, bias]`, biases from -100 to 100. */
  logitBias?: [number, number][] | undefined;
  /** Tell each token's log probability, and that of so many likeliest tokens beside it, 0 to 20. */
  logprobs?: number | undefined;
  /** What the whole answer must be. */
  constraint?: Constraint | undefined;
  /** By layer the experts that may be picked, ascending: the answer is that of a model pruned to them. Default: all. */
  experts?: number[][] | undefined;
  /** Return the logits at every prompt position. As with `promptLogprobs`, the whole prompt is computed, whatever of it is in the KV cache. */
  promptLogits?: boolean | undefined;
  /** Return the log probability of every prompt token: what perplexity is made of. */
  promptLogprobs?: boolean | undefined;
  /** Return what every router said: input of `mixtab simulate`. */
  trace?: boolean | undefined;
}

/** Checks a request wholly and fills in the defaults. Throws `request-invalid` naming the field. */
export function completeRequest(request: EngineRequest, info: ModelInfo, id: string): GenerateRequest {
  const { maxTokens = info.contextLength, stop = [], logitBias, logprobs } = request;
  if (!Number.isInteger(maxTokens) || maxTokens < 1) throw invalid('maxTokens', 'a whole number above 0', maxTokens);
  if (!Array.isArray(stop) || stop.length > 16 || !stop.every((text) => typeof text === 'string' && text !== '')) {
    throw invalid('stop', 'up to 16 texts, none empty', show(stop));
  }
  checkLogitBias(logitBias, info.vocabSize);
  checkLogprobs(logprobs);
  return {
    id,
    input: checkInput(request.input, info.vocabSize),
    sampling: resolveSampling(request.sampling ?? {}, info.defaults),
    maxTokens,
    stop,
    logitBias,
    logprobs,
    constraint: checkConstraint(request.constraint),
    experts: checkExperts(request.experts, info) ?? undefined,
    promptLogits: request.promptLogits === true,
    promptLogprobs: request.promptLogprobs === true,
    trace: request.trace === true,
  };
}

function checkInput(input: GenerateRequest['input'], vocabSize: number): GenerateRequest['input'] {
  if (typeof input !== 'object' || input === null) throw invalid('input', '{messages}, {prompt} or {ids}', input);
  if ('messages' in input) {
    const tools = checkTools(input.tools);
    const { continueFinal } = input;
    if (continueFinal !== undefined && typeof continueFinal !== 'boolean') {
      throw invalid('input.continueFinal', 'true or false', show(continueFinal));
    }
    const messages = checkMessages(input.messages);
    const goesOn = continueFinal ? { continueFinal } : {};
    return { messages, tools, toolChoice: checkToolChoice(input.toolChoice, tools), ...goesOn };
  }
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

/** Its kind and its text; what the text says is checked where it is read. */
function checkConstraint(constraint: unknown): Constraint | undefined {
  if (constraint === undefined) return undefined;
  const { type, schema, ebnf } = isObject(constraint) ? constraint : {};
  if (type === 'json') return { type };
  if (type === 'json-schema') {
    if (typeof schema !== 'string') throw invalid('constraint.schema', 'a JSON Schema as text', schema);
    return { type, schema };
  }
  if (type !== 'grammar') throw invalid('constraint.type', 'json, json-schema or grammar', type);
  if (typeof ebnf !== 'string') throw invalid('constraint.ebnf', 'EBNF as text', ebnf);
  return { type, ebnf };
}
