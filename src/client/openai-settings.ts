import { isObject, sameJson, show } from '../lib/json';
import { resolveSampling } from '../model/sampling';
import type { ModelInfo, SamplingParams } from '../protocol/engine';
import { MixtabError } from '../protocol/errors';
import type { CompletionSettings } from './openai';
import { type EngineRequest, invalid } from './request';

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

/** Of both APIs. The last two lines change nothing of an answer here: they say who asks, and how OpenAI's own servers are to store and bill it. */
const COMMON = [
  ...Object.values(SAMPLING_NAMES),
  ...['model', 'stream', 'stream_options', 'max_tokens', 'stop', 'n', 'logit_bias', 'logprobs'],
  ...['user', 'safety_identifier', 'metadata', 'store', 'service_tier'],
  ...['prompt_cache_key', 'prompt_cache_options', 'prompt_cache_retention', 'prediction'],
];

/** What asks for nothing in fields that are not known here; null, false and what is empty never does. */
const NEUTRAL: Record<string, unknown> = {
  best_of: 1,
  modalities: ['text'],
  reasoning_effort: 'none',
  verbosity: 'medium',
};

const SEEDS = 2 ** 32;

/** A field that would change the answer and is not known here is an error: to ignore it would be to lie. */
export function refuseUnknown(body: object, own: string[]): void {
  const unknown = Object.entries(body).find(
    ([field, value]) => ![...COMMON, ...own].includes(field) && !isEmpty(value) && !sameJson(value, NEUTRAL[field]),
  );
  if (unknown === undefined) return;
  const [field] = unknown;
  throw new MixtabError(
    'request-invalid',
    `${field}: expected a field that Mixtab knows, got ${field}`,
    `Leave ${field} out.`,
    { field },
  );
}

function isEmpty(value: unknown): boolean {
  return (
    value === null ||
    value === undefined ||
    value === false ||
    (Array.isArray(value) && value.length === 0) ||
    value === ''
  );
}

/** The settings that both APIs share, one set for each of the `n` answers: what differs is the seed. */
export function settingsOf(body: CompletionSettings, info: ModelInfo): Omit<EngineRequest, 'input'>[] {
  checkStream(body);
  const { n: asked, max_tokens: maxTokens, stop } = body;
  const n: unknown = asked ?? 1;
  if (!isWhole(n, 1, 128)) throw invalid('n', 'a whole number from 1 to 128', n);
  if (maxTokens !== null && maxTokens !== undefined) checkMost(maxTokens, 'max_tokens');
  const sampling = samplingOf(body, info);
  return Array.from({ length: n }, (_, index) => ({
    sampling: { ...sampling, seed: (sampling.seed + index) % SEEDS },
    maxTokens: maxTokens ?? undefined,
    stop: stop === null || stop === undefined ? [] : typeof stop === 'string' ? [stop] : stop,
    logitBias: logitBiasOf(body.logit_bias, info.vocabSize),
  }));
}

export function checkMost(tokens: unknown, field: string): void {
  if (!isWhole(tokens, 1, Number.MAX_SAFE_INTEGER)) throw invalid(field, 'a whole number above 0', tokens);
}

function checkStream({ stream, stream_options: options }: CompletionSettings): void {
  if (!isFlag(stream)) throw invalid('stream', 'true or false', stream);
  if (options === null || options === undefined) return;
  if (!isObject(options)) throw invalid('stream_options', 'an object', options);
  if (!isFlag(options.include_usage))
    throw invalid('stream_options.include_usage', 'true or false', options.include_usage);
}

function samplingOf(body: CompletionSettings, info: ModelInfo): SamplingParams {
  const given = Object.entries(SAMPLING_NAMES).flatMap(([ours, theirs]) => {
    const value = body[theirs];
    return value === null || value === undefined ? [] : [[ours, theirs === 'top_k' && value === -1 ? 0 : value]];
  });
  return resolveSampling(Object.fromEntries(given), info.defaults, (field) => SAMPLING_NAMES[field]);
}

function logitBiasOf(bias: unknown, vocabSize: number): [number, number][] | undefined {
  if (bias === null || bias === undefined) return undefined;
  if (!isObject(bias)) throw invalid('logit_bias', 'an object of token ids and biases', bias);
  return Object.entries(bias).map(([id, value]) => {
    if (!/^\d+$/.test(id) || Number(id) >= vocabSize) {
      throw invalid('logit_bias', `token ids from 0 to ${vocabSize - 1}`, show(id));
    }
    if (typeof value !== 'number' || !(Math.abs(value) <= 100)) {
      throw invalid(`logit_bias.${id}`, 'a number from -100 to 100', value);
    }
    return [Number(id), value];
  });
}

/** A whole number within both bounds. */
export function isWhole(value: unknown, least: number, most: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
}

/** True, false, or left out. */
export function isFlag(value: unknown): value is boolean | null | undefined {
  return value === null || value === undefined || typeof value === 'boolean';
}
