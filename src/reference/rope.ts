/**
 * Rotary position embedding (arXiv 2104.09864) in place, on neighbours: the pair (2i, 2i+1) of each head turns by
 * position * theta^(-2i / headDim). Rows of wq and wk are interleaved in a pack, so this is Hugging Face's rotation of (i, i + headDim/2).
 *
 * @param x `[heads, headDim]`
 */
export function rope(x: Float64Array, headDim: number, position: number, theta: number): void {
  for (let at = 0; at < x.length; at += 2) {
    const angle = position * theta ** (-(at % headDim) / headDim);
    const cos = Math.cos(angle);
    const sin = Math.sin(angle);
    const a = x[at] as number;
    const b = x[at + 1] as number;
    x[at] = a * cos - b * sin;
    x[at + 1] = a * sin + b * cos;
  }
}
