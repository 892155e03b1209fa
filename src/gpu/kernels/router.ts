import type { LossyOptions } from '../../protocol/paging';

/** Fields of `struct Lossy` in router.wgsl, in order, all f32; a test compares the two. */
export const LOSSY_FIELDS = ['resident_margin', 'skip_below'] as const;

export const LOSSY_BYTES = LOSSY_FIELDS.length * 4;

/** Above it no logit is, and a logit minus it still is a number. */
const LARGEST_MARGIN = 1e38;

/** Uniform of the router kernel; zeros, as a new buffer has, mean exact. Takes effect with the next submit. */
export function packLossy({
  residentMargin = 0,
  skipBelow = 0,
}: Pick<LossyOptions, 'residentMargin' | 'skipBelow'>): Float32Array<ArrayBuffer> {
  return Float32Array.of(Math.min(residentMargin, LARGEST_MARGIN), skipBelow);
}
