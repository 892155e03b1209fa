/**
 * The row of a token.
 *
 * @param embeddings `[vocab, dim]`
 * @returns `[dim]`
 */
export function embed(embeddings: Float32Array, dim: number, id: number): Float64Array {
  return Float64Array.from(embeddings.subarray(id * dim, (id + 1) * dim));
}
