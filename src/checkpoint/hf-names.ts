import type { ModelConfig } from '../model/config';

/** Rows of one Hugging Face tensor as they stand in a tensor of the pack. */
export interface HfBlock {
  name: string;
  shape: number[];
  /** Head dimension when the rows of each head are to be interleaved for RoPE, else 0. */
  interleave: number;
}

/** The Hugging Face tensors that, one below the other, make a tensor of a record; names as in src/pack/layout.ts. */
export function hfBlocks(c: ModelConfig, record: string, tensor: string): HfBlock[] {
  const one = (name: string, ...shape: number[]): HfBlock[] => [{ name, shape, interleave: 0 }];
  const [, first, second] = record.split('/').map(Number) as [number, number, number?];
  const layer = `model.layers.${second === undefined ? first - 1 : first}`;
  const expert = `${layer}.block_sparse_moe.experts.${second}`;
  switch (tensor) {
    case 'tok_embeddings':
      return one('model.embed_tokens.weight', c.vocabSize, c.dim);
    case 'wqkv':
      return [
        { name: `${layer}.self_attn.q_proj.weight`, shape: [c.nHeads * c.headDim, c.dim], interleave: c.headDim },
        { name: `${layer}.self_attn.k_proj.weight`, shape: [c.nKvHeads * c.headDim, c.dim], interleave: c.headDim },
        { name: `${layer}.self_attn.v_proj.weight`, shape: [c.nKvHeads * c.headDim, c.dim], interleave: 0 },
      ];
    case 'wo':
      return one(`${layer}.self_attn.o_proj.weight`, c.dim, c.nHeads * c.headDim);
    case 'attention_norm':
      return one(`${layer}.input_layernorm.weight`, c.dim);
    case 'ffn_norm':
      return one(`${layer}.post_attention_layernorm.weight`, c.dim);
    case 'gate':
      return one(`${layer}.block_sparse_moe.gate.weight`, c.nExperts, c.dim);
    case 'w1':
    case 'w3':
      return one(`${expert}.${tensor}.weight`, c.hiddenDim, c.dim);
    case 'w2':
      return one(`${expert}.w2.weight`, c.dim, c.hiddenDim);
    case 'output':
      return one('lm_head.weight', c.vocabSize, c.dim);
    case 'norm':
      return one('model.norm.weight', c.dim);
    default:
      throw new RangeError(`tensor ${tensor} of ${record}: no such tensor in a pack`);
  }
}
