import type { ModelConfig } from '../model/config';
import { matvec } from './matvec';
import { rmsnorm } from './rmsnorm';
import { rope } from './rope';

export interface Qkv {
  /** `[nHeads, headDim]`, turned by RoPE */
  q: Float64Array;
  /** `[nKvHeads, headDim]`, turned by RoPE */
  k: Float64Array;
  /** `[nKvHeads, headDim]` */
  v: Float64Array;
}

/**
 * [q, k, v] = wqkv * rmsnorm(x), then RoPE on q and k.
 *
 * @param x `[dim]`
 * @param norm `[dim]`
 * @param wqkv `[(nHeads + 2 nKvHeads) * headDim, dim]`, rows of q and k interleaved inside each head
 */
export function qkv(c: ModelConfig, x: Float64Array, norm: Float32Array, wqkv: Float32Array, position: number): Qkv {
  const rows = matvec(wqkv, rmsnorm(x, norm, c.normEps));
  const qRows = c.nHeads * c.headDim;
  const kvRows = c.nKvHeads * c.headDim;
  const q = rows.slice(0, qRows);
  const k = rows.slice(qRows, qRows + kvRows);
  const v = rows.slice(qRows + kvRows);
  rope(q, c.headDim, position, c.ropeTheta);
  rope(k, c.headDim, position, c.ropeTheta);
  return { q, k, v };
}
