import type { SamplingParams } from '../../protocol/engine';

/** Fields of `struct SampleParams` in sample.wgsl, in order, four bytes each; a test compares the two. */
export const SAMPLE_FIELDS = [
  ['vocab_size', 'u32'],
  ['seed', 'u32'],
  ['index', 'u32'],
  ['top_k', 'u32'],
  ['temperature', 'f32'],
  ['top_p', 'f32'],
  ['min_p', 'f32'],
  ['repetition_penalty', 'f32'],
  ['frequency_penalty', 'f32'],
  ['presence_penalty', 'f32'],
] as const;

export const SAMPLE_PARAMS_BYTES = SAMPLE_FIELDS.length * 4;

/** Bit of a token's count that says it occurs in the prompt; the other bits count how often it was generated. */
export const IN_PROMPT = 0x80000000;

/** Below this, dividing by the temperature is no longer meaningful and the best token is taken (as in vLLM). */
export const LEAST_TEMPERATURE = 1e-5;

/** Uniform of the sample kernel. `index`: position of the new token, which with the seed gives the random number. */
export function packSampleParams(params: SamplingParams, at: { vocabSize: number; index: number }): ArrayBuffer {
  const values: Record<(typeof SAMPLE_FIELDS)[number][0], number> = {
    vocab_size: at.vocabSize,
    seed: params.seed,
    index: at.index,
    top_k: params.topK,
    temperature: params.temperature < LEAST_TEMPERATURE ? 0 : params.temperature,
    top_p: params.topP,
    min_p: params.minP,
    repetition_penalty: params.repetitionPenalty,
    frequency_penalty: params.frequencyPenalty,
    presence_penalty: params.presencePenalty,
  };
  const bytes = new ArrayBuffer(SAMPLE_PARAMS_BYTES);
  const view = new DataView(bytes);
  for (const [index, [name, type]] of SAMPLE_FIELDS.entries()) {
    if (type === 'u32') view.setUint32(index * 4, values[name], true);
    else view.setFloat32(index * 4, values[name], true);
  }
  return bytes;
}
