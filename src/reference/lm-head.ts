import { matvec } from './matvec';
import { rmsnorm } from './rmsnorm';

/**
 * logits = output * rmsnorm(x).
 *
 * @param x `[dim]`
 * @param norm `[dim]`
 * @param output `[vocab, dim]`; the embeddings when they are tied
 * @returns `[vocab]`
 */
export function lmHead(x: Float64Array, norm: Float32Array, output: Float32Array, eps: number): Float64Array {
  return matvec(output, rmsnorm(x, norm, eps));
}
