/** Sums over all weights quantized so far: {@link relativeError} of them tells how much was lost. */
export interface QuantizeError {
  /** Sum of squared differences. */
  squaredError: number;
  /** Sum of squared weights. */
  squaredNorm: number;
}

/** Root of the squared error over the squared norm; about 0.08 for weights drawn from a normal distribution and quantized to q4. */
export function relativeError(e: QuantizeError): number {
  return e.squaredNorm === 0 ? 0 : Math.sqrt(e.squaredError / e.squaredNorm);
}

const MAX_F16 = 65504;

/** The nearest that f16 has and that is not infinite. NaN stays NaN. */
export const clampF16 = (value: number): number => Math.max(-MAX_F16, Math.min(MAX_F16, value));
