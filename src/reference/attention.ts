import type { ModelConfig } from '../model/config';
import { softmax } from './softmax';

/**
 * softmax(q k^T / sqrt(headDim)) v for each q head over positions 0..position; groups of nHeads / nKvHeads q heads share a KV head
 * (GQA, arXiv 2305.13245).
 *
 * @param q `[nHeads, headDim]`
 * @param keys `[>= position + 1, nKvHeads, headDim]`
 * @param values as `keys`
 * @returns `[nHeads, headDim]`
 */
export function attention(
  c: ModelConfig,
  q: Float64Array,
  keys: Float64Array,
  values: Float64Array,
  position: number,
): Float64Array {
  const { headDim, nHeads, nKvHeads } = c;
  const out = new Float64Array(nHeads * headDim);
  for (let head = 0; head < nHeads; head++) {
    const kvHead = Math.floor(head / (nHeads / nKvHeads));
    const at = (p: number) => (p * nKvHeads + kvHead) * headDim;
    const scores = new Float64Array(position + 1);
    for (let p = 0; p <= position; p++) {
      let dot = 0;
      for (let i = 0; i < headDim; i++) dot += (q[head * headDim + i] as number) * (keys[at(p) + i] as number);
      scores[p] = dot / Math.sqrt(headDim);
    }
    const weights = softmax(scores);
    for (let p = 0; p <= position; p++) {
      const weight = weights[p] as number;
      for (let i = 0; i < headDim; i++) {
        out[head * headDim + i] = (out[head * headDim + i] as number) + weight * (values[at(p) + i] as number);
      }
    }
  }
  return out;
}
