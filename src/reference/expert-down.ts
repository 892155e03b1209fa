import { matvec } from './matvec';

/**
 * x += weight * (w2 * h), in place.
 *
 * @param x `[dim]`
 * @param w2 `[dim, hiddenDim]`
 * @param h `[hiddenDim]`
 * @param weight of the pick, from the router
 */
export function expertDown(x: Float64Array, w2: Float32Array, h: Float64Array, weight: number): void {
  const out = matvec(w2, h);
  for (let i = 0; i < x.length; i++) x[i] = (x[i] as number) + weight * (out[i] as number);
}
