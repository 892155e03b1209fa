/** Fields of `struct Step` in kernels/prelude/common.wgsl, in order; all u32. A test compares the two. */
export const STEP_FIELDS = [
  'position',
  'tokens',
  'split_length',
  'splits',
  'experts_low',
  'experts_high',
  'head_row',
  'reserved',
] as const;

export const STEP_BYTES = STEP_FIELDS.length * 4;

export interface StepParams {
  /** Position of the batch's first token. */
  position: number;
  tokens: number;
  /** Positions one attention workgroup covers; the context is cut into `splits` of them. */
  splitLength: number;
  splits: number;
  /** Bit e: expert e takes part in this wave (prefill). */
  experts?: bigint;
  /** First row of x whose logits are wanted. */
  headRow?: number;
}

export function packStep(p: StepParams): Uint32Array<ArrayBuffer> {
  const experts = p.experts ?? 0n;
  return Uint32Array.of(
    p.position,
    p.tokens,
    p.splitLength,
    p.splits,
    Number(experts & 0xffffffffn),
    Number(experts >> 32n),
    p.headRow ?? 0,
    0,
  );
}
