import { show } from '../lib/json';
import type { SamplingParams } from '../protocol/engine';
import { MixtabError } from '../protocol/errors';

interface Range {
  least: number;
  most: number;
  /** What stands in the message, as people say the range. */
  expected: string;
  whole?: boolean;
}

const penalty: Range = { least: -2, most: 2, expected: 'a number from -2 to 2' };

/** As OpenAI's API has them, and vLLM's for what OpenAI lacks; the outer bounds keep float32 arithmetic finite. */
const RANGES: Record<keyof SamplingParams, Range> = {
  temperature: { least: 0, most: 100, expected: 'a number from 0 (greedy) to 100' },
  topK: { least: 0, most: 2 ** 20, expected: 'a whole number from 0 (off) to 1048576', whole: true },
  topP: { least: Number.MIN_VALUE, most: 1, expected: 'a number above 0, at most 1' },
  minP: { least: 0, most: 1, expected: 'a number from 0 (off) to 1' },
  typicalP: { least: Number.MIN_VALUE, most: 1, expected: 'a number above 0, at most 1 (off)' },
  repetitionPenalty: { least: 0.01, most: 100, expected: 'a number from 0.01 to 100, 1 being off' },
  frequencyPenalty: penalty,
  presencePenalty: penalty,
  seed: { least: 0, most: 2 ** 32 - 1, expected: 'a whole number from 0 to 4294967295', whole: true },
};

/** The likeliest token, always. */
export const GREEDY: SamplingParams = {
  temperature: 0,
  topK: 0,
  topP: 1,
  minP: 0,
  typicalP: 1,
  repetitionPenalty: 1,
  frequencyPenalty: 0,
  presencePenalty: 0,
  seed: 0,
};

/**
 * Fills what `partial` leaves out (the model's temperature and top-p, a random seed, everything else off) and checks every value.
 * Throws `request-invalid` naming the field, as `nameOf` spells it.
 */
export function resolveSampling(
  partial: Partial<SamplingParams>,
  defaults: { temperature: number; topP: number },
  nameOf: (field: keyof SamplingParams) => string = (field) => field,
): SamplingParams {
  for (const field of Object.keys(partial)) {
    if (!Object.hasOwn(RANGES, field))
      throw invalid(field, `one of ${Object.keys(RANGES).join(', ')}`, 'an unknown field');
  }
  const pick = (field: keyof SamplingParams, fallback: number): number => {
    const value: unknown = partial[field] ?? fallback;
    const { least, most, expected, whole } = RANGES[field];
    const fits = typeof value === 'number' && value >= least && value <= most && (!whole || Number.isInteger(value));
    if (!fits) throw invalid(nameOf(field), expected, value);
    return value;
  };
  return {
    temperature: pick('temperature', defaults.temperature),
    topK: pick('topK', 0),
    topP: pick('topP', defaults.topP),
    minP: pick('minP', 0),
    typicalP: pick('typicalP', 1),
    repetitionPenalty: pick('repetitionPenalty', 1),
    frequencyPenalty: pick('frequencyPenalty', 0),
    presencePenalty: pick('presencePenalty', 0),
    seed: pick('seed', crypto.getRandomValues(new Uint32Array(1))[0] ?? 0),
  };
}

/** `[id, bias]`, biases from -100 to 100, each id at most once. Throws `request-invalid`. */
export function checkLogitBias(bias: unknown, vocabSize: number): asserts bias is [number, number][] | undefined {
  if (bias === undefined) return;
  const seen = new Set<unknown>();
  const fits = (entry: unknown) => {
    if (!Array.isArray(entry) || entry.length !== 2) return false;
    const [id, add] = entry;
    if (!Number.isInteger(id) || id < 0 || id >= vocabSize || seen.has(id)) return false;
    seen.add(id);
    return typeof add === 'number' && add >= -100 && add <= 100;
  };
  const wrong = Array.isArray(bias) ? bias.find((entry) => !fits(entry)) : bias;
  if (!Array.isArray(bias) || wrong !== undefined) {
    throw invalid('logitBias', `[id, bias] with ids below ${vocabSize}, each once, and biases from -100 to 100`, wrong);
  }
}

/** Throws `request-invalid`. */
export function checkLogprobs(count: unknown): asserts count is number | undefined {
  if (count === undefined || (typeof count === 'number' && Number.isInteger(count) && count >= 0 && count <= 20))
    return;
  throw invalid('logprobs', 'a whole number from 0 to 20', count);
}

function invalid(field: string, expected: string, value: unknown): MixtabError {
  return new MixtabError(
    'request-invalid',
    `${field}: expected ${expected}, got ${show(value)}`,
    `Correct ${field} or leave it out.`,
    {
      field,
    },
  );
}
