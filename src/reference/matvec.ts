/**
 * out[r] = sum over c of w[r, c] * x[c], summed in float64.
 *
 * @param w `[rows, cols]`
 * @param x `[cols]`
 * @returns `[rows]`
 */
export function matvec(w: Float32Array, x: Float64Array): Float64Array {
  const cols = x.length;
  const rows = w.length / cols;
  if (!Number.isInteger(rows)) throw new RangeError(`matvec: expected whole rows of ${cols}, got ${w.length} elements`);
  const out = new Float64Array(rows);
  for (let r = 0; r < rows; r++) {
    const row = r * cols;
    // Four sums: one would make every addition wait for the last.
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    for (let i = 0; i < cols; i += 4) {
      a += (w[row + i] as number) * (x[i] as number);
      b += (w[row + i + 1] as number) * (x[i + 1] as number);
      c += (w[row + i + 2] as number) * (x[i + 2] as number);
      d += (w[row + i + 3] as number) * (x[i + 3] as number);
    }
    out[r] = a + b + (c + d);
  }
  return out;
}
