import type { ModelConfig } from '../model/config';
import { matvec } from './matvec';
import { rmsnorm } from './rmsnorm';

/**
 * What the layers behind `layer` would route by if its hidden state reached them as it is: gate * rmsnorm(x) of each (arXiv 2312.17238, section 3.2).
 *
 * @param x `[dim]` before the experts of `layer`
 * @param gates `[nLayers, 1 + nExperts, dim]`: of each layer its ffn_norm, then its gate
 * @returns `[nExperts]` logits of layers `layer + 1` to `layer + depth`, as far as there are any
 */
export function foresee(
  c: ModelConfig,
  x: Float64Array,
  gates: Float32Array,
  layer: number,
  depth: number,
): Float64Array[] {
  const size = (1 + c.nExperts) * c.dim;
  const count = Math.min(depth, c.nLayers - 1 - layer);
  return Array.from({ length: count }, (_, d) => {
    const own = gates.subarray((layer + 1 + d) * size, (layer + 2 + d) * size);
    return matvec(own.subarray(c.dim), rmsnorm(x, own.subarray(0, c.dim), c.normEps));
  });
}
