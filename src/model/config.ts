import { isObject, show } from '../lib/json';
import { MixtabError } from '../protocol/errors';

/** Shape of a Mixtral. Names follow the paper (arXiv 2401.04088, Table 1); counts are elements unless said otherwise. */
export interface ModelConfig {
  dim: number;
  hiddenDim: number;
  nLayers: number;
  nHeads: number;
  nKvHeads: number;
  headDim: number;
  nExperts: number;
  topK: number;
  vocabSize: number;
  ropeTheta: number;
  normEps: number;
  maxContext: number;
  tieEmbeddings: boolean;
  bosId: number;
  eosIds: number[];
}

/** Elements that share one scale in the 4-bit format; every matrix row is a whole number of groups. */
export const GROUP = 32;

/** Reads a Hugging Face `config.json` of a MixtralForCausalLM. Throws `config-unsupported` naming the field. */
export function parseHfConfig(json: unknown): ModelConfig {
  const source = asObject(json, 'config.json');
  const type = source.model_type;
  if (type !== undefined && type !== 'mixtral') {
    throw unsupported('model_type', '"mixtral"', type);
  }
  const act = source.hidden_act ?? 'silu';
  if (act !== 'silu') throw unsupported('hidden_act', '"silu"', act);
  const dim = count(source, 'hidden_size');
  const nHeads = count(source, 'num_attention_heads');
  const maxContext = count(source, 'max_position_embeddings', 32768);
  const window = source.sliding_window ?? null;
  if (window !== null && !(typeof window === 'number' && window >= maxContext)) {
    throw unsupported('sliding_window', `null or at least ${maxContext}`, window);
  }
  if (source.rope_scaling !== undefined && source.rope_scaling !== null) {
    throw unsupported('rope_scaling', 'null', source.rope_scaling);
  }
  const eos = source.eos_token_id ?? 2;
  return validateConfig({
    dim,
    hiddenDim: count(source, 'intermediate_size'),
    nLayers: count(source, 'num_hidden_layers'),
    nHeads,
    nKvHeads: count(source, 'num_key_value_heads', nHeads),
    headDim: count(source, 'head_dim', Math.floor(dim / nHeads)),
    nExperts: count(source, 'num_local_experts'),
    topK: count(source, 'num_experts_per_tok', 2),
    vocabSize: count(source, 'vocab_size'),
    ropeTheta: real(source, 'rope_theta', 1e6),
    normEps: real(source, 'rms_norm_eps', 1e-5),
    maxContext,
    tieEmbeddings: source.tie_word_embeddings === true,
    bosId: typeof source.bos_token_id === 'number' ? source.bos_token_id : 1,
    eosIds: (Array.isArray(eos) ? eos : [eos]).filter((id) => typeof id === 'number'),
  });
}

/** Checks the relations that the kernels and the pack layout rely on. */
export function validateConfig(config: ModelConfig): ModelConfig {
  const c = config;
  const rules: [boolean, string, string, unknown][] = [
    [c.dim % GROUP === 0, 'hidden_size', `a multiple of ${GROUP}`, c.dim],
    [c.hiddenDim % GROUP === 0, 'intermediate_size', `a multiple of ${GROUP}`, c.hiddenDim],
    [c.headDim % GROUP === 0 && c.headDim <= 256, 'head_dim', `a multiple of ${GROUP}, at most 256`, c.headDim],
    [c.nHeads <= 1024, 'num_attention_heads', 'at most 1024', c.nHeads],
    [c.nHeads % c.nKvHeads === 0, 'num_key_value_heads', `a divisor of ${c.nHeads}`, c.nKvHeads],
    [c.nExperts <= 64, 'num_local_experts', 'at most 64', c.nExperts],
    [c.topK <= c.nExperts && c.topK <= 16, 'num_experts_per_tok', `at most ${Math.min(c.nExperts, 16)}`, c.topK],
    [c.vocabSize % 2 === 0 && c.vocabSize <= 1 << 20, 'vocab_size', 'even, at most 1048576', c.vocabSize],
    [c.nLayers <= 256, 'num_hidden_layers', 'at most 256', c.nLayers],
    [c.dim <= 32768 && c.hiddenDim <= 131072, 'hidden_size', 'at most 32768', c.dim],
  ];
  for (const [ok, field, expected, got] of rules) if (!ok) throw unsupported(field, expected, got);
  return config;
}

function asObject(json: unknown, what: string): Record<string, unknown> {
  if (!isObject(json)) {
    throw new MixtabError('config-unsupported', `${what}: expected a JSON object, got ${show(json)}`);
  }
  return json;
}

function count(source: Record<string, unknown>, field: string, fallback?: number): number {
  const value = source[field] ?? fallback;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > 2 ** 31) {
    throw unsupported(field, 'a positive whole number', value);
  }
  return value;
}

function real(source: Record<string, unknown>, field: string, fallback: number): number {
  const value = source[field] ?? fallback;
  if (typeof value !== 'number' || !Number.isFinite(value) || value <= 0)
    throw unsupported(field, 'a positive number', value);
  return value;
}

function unsupported(field: string, expected: string, got: unknown): MixtabError {
  return new MixtabError(
    'config-unsupported',
    `config: ${field} expected ${expected}, got ${show(got)}`,
    'Mixtab runs Mixtral checkpoints (MixtralForCausalLM); check that the folder holds one.',
    { field },
  );
}
