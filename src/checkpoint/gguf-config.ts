import { type ModelConfig, validateConfig } from '../model/config';
import type { GgufMetadata } from './gguf-metadata';

/**
 * The shape of a Mixtral from GGUF's keys of the llama architecture. Throws `config-unsupported` for another architecture or for what
 * the forward pass does not have, `checkpoint-invalid` for a key that is missing or of another type.
 */
export function ggufConfig(meta: GgufMetadata, tieEmbeddings: boolean): ModelConfig {
  if (meta.text('general.architecture') !== 'llama') throw meta.unsupported('general.architecture', '"llama"');
  if (meta.count('llama.expert_count', 0) === 0) throw meta.unsupported('llama.expert_count', 'at least 1');
  const dim = meta.size('llama.embedding_length');
  const nHeads = meta.size('llama.attention.head_count');
  const headDim = meta.size('llama.attention.key_length', Math.floor(dim / nHeads));
  const maxContext = meta.size('llama.context_length');
  if (meta.size('llama.attention.value_length', headDim) !== headDim)
    throw meta.unsupported('llama.attention.value_length', `${headDim}, as keys have`);
  if (meta.size('llama.rope.dimension_count', headDim) !== headDim)
    throw meta.unsupported('llama.rope.dimension_count', `${headDim}, all of a head`);
  if (meta.text('llama.rope.scaling.type', 'none') !== 'none')
    throw meta.unsupported('llama.rope.scaling.type', 'none');
  if (meta.positive('llama.rope.scale_linear', 1) !== 1) throw meta.unsupported('llama.rope.scale_linear', '1');
  if (meta.size('llama.attention.sliding_window', maxContext) < maxContext)
    throw meta.unsupported('llama.attention.sliding_window', `none or at least ${maxContext}`);
  return validateConfig({
    dim,
    hiddenDim: meta.size('llama.expert_feed_forward_length', meta.size('llama.feed_forward_length')),
    nLayers: meta.size('llama.block_count'),
    nHeads,
    nKvHeads: meta.size('llama.attention.head_count_kv', nHeads),
    headDim,
    nExperts: meta.size('llama.expert_count'),
    topK: meta.size('llama.expert_used_count', 2),
    vocabSize: meta.has('llama.vocab_size')
      ? meta.size('llama.vocab_size')
      : meta.texts('tokenizer.ggml.tokens').length,
    // What ggml takes where the file says nothing.
    ropeTheta: meta.positive('llama.rope.freq_base', 10000),
    // Written as f32; the nearest short decimal is what was meant, and what Hugging Face's config has.
    normEps: Number(meta.positive('llama.attention.layer_norm_rms_epsilon').toPrecision(6)),
    maxContext,
    tieEmbeddings,
    bosId: meta.count('tokenizer.ggml.bos_token_id', 1),
    eosIds: eosIds(meta),
  });
}

/** The end of a text, and of a turn where chats end with a token of their own. */
function eosIds(meta: GgufMetadata): number[] {
  const eos = meta.count('tokenizer.ggml.eos_token_id', 2);
  return [...new Set([eos, meta.count('tokenizer.ggml.eot_token_id', eos)])];
}
