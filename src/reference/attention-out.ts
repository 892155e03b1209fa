import { matvec } from './matvec';

/**
 * x += wo * a, in place.
 *
 * @param x `[dim]`
 * @param wo `[dim, nHeads * headDim]`
 * @param a `[nHeads * headDim]`
 */
export function attentionOut(x: Float64Array, wo: Float32Array, a: Float64Array): void {
  const out = matvec(wo, a);
  for (let i = 0; i < x.length; i++) x[i] = (x[i] as number) + (out[i] as number);
}
