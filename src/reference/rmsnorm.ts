/**
 * out[i] = x[i] / sqrt(mean(x^2) + eps) * weight[i] (arXiv 1910.07467).
 *
 * @param x `[dim]`
 * @param weight `[dim]`
 */
export function rmsnorm(x: Float64Array, weight: Float32Array, eps: number): Float64Array {
  const meanSquare = x.reduce((sum, v) => sum + v * v, 0) / x.length;
  const inverse = 1 / Math.sqrt(meanSquare + eps);
  return x.map((v, i) => v * inverse * (weight[i] as number));
}
