import { matvec } from './matvec';

/**
 * h = silu(w1 * xn) * (w3 * xn): SwiGLU (arXiv 2002.05202), silu(z) = z / (1 + e^-z).
 *
 * @param xn `[dim]`
 * @param w1 `[hiddenDim, dim]`
 * @param w3 `[hiddenDim, dim]`
 * @returns `[hiddenDim]`
 */
export function expertUp(xn: Float64Array, w1: Float32Array, w3: Float32Array): Float64Array {
  const up = matvec(w3, xn);
  return matvec(w1, xn).map((z, i) => (z / (1 + Math.exp(-z))) * (up[i] as number));
}
