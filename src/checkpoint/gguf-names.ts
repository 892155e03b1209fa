import type { ModelConfig } from '../model/config';

/** Rows of one GGUF tensor as they stand in a tensor of the pack. */
export interface GgufBlock {
  name: string;
  /** Fastest dimension first, as the file has them. */
  dims: number[];
  /** Where the block's rows begin in the tensor: experts can be stacked. */
  firstRow: number;
  /** A vector is one row. */
  rows: number;
}

/**
 * The GGUF tensors that, one below the other, make a tensor of a record; names as in src/pack/layout.ts. Rows of wq and wk need no
 * reordering: GGUF's llama files have them as the pack does, RoPE pairs as neighbours. `has` tells which of the two layouts of experts
 * the file has: stacked, or, before spring 2024, one tensor an expert.
 */
export function ggufBlocks(
  c: ModelConfig,
  record: string,
  tensor: string,
  has: (name: string) => boolean,
): GgufBlock[] {
  const matrix = (name: string, rows: number, cols: number): GgufBlock => ({
    name: `${name}.weight`,
    dims: [cols, rows],
    firstRow: 0,
    rows,
  });
  const vector = (name: string): GgufBlock => ({ name: `${name}.weight`, dims: [c.dim], firstRow: 0, rows: 1 });
  const [, first, second] = record.split('/').map(Number) as [number, number, number?];
  const layer = `blk.${second === undefined ? first - 1 : first}`;
  const expert = (name: string, rows: number, cols: number): GgufBlock => {
    const e = second ?? 0;
    const stacked = `${layer}.${name}_exps.weight`;
    if (!has(stacked) && has(`${layer}.${name}.${e}.weight`)) return matrix(`${layer}.${name}.${e}`, rows, cols);
    return { name: stacked, dims: [cols, rows, c.nExperts], firstRow: e * rows, rows };
  };
  switch (tensor) {
    case 'tok_embeddings':
      return [matrix('token_embd', c.vocabSize, c.dim)];
    case 'wqkv':
      return [
        matrix(`${layer}.attn_q`, c.nHeads * c.headDim, c.dim),
        matrix(`${layer}.attn_k`, c.nKvHeads * c.headDim, c.dim),
        matrix(`${layer}.attn_v`, c.nKvHeads * c.headDim, c.dim),
      ];
    case 'wo':
      return [matrix(`${layer}.attn_output`, c.dim, c.nHeads * c.headDim)];
    case 'attention_norm':
      return [vector(`${layer}.attn_norm`)];
    case 'ffn_norm':
      return [vector(`${layer}.ffn_norm`)];
    case 'gate':
      return [matrix(`${layer}.ffn_gate_inp`, c.nExperts, c.dim)];
    case 'w1':
      return [expert('ffn_gate', c.hiddenDim, c.dim)];
    case 'w3':
      return [expert('ffn_up', c.hiddenDim, c.dim)];
    case 'w2':
      return [expert('ffn_down', c.dim, c.hiddenDim)];
    case 'output':
      return [matrix('output', c.vocabSize, c.dim)];
    case 'norm':
      return [vector('output_norm')];
    default:
      throw new RangeError(`tensor ${tensor} of ${record}: no such tensor in a pack`);
  }
}
