import { GROUP } from '../model/config';
import { GROUP_BYTES, type MatrixFormat } from '../pack/formats';
import { type QuantizeError, quantizeQ4 } from './quantize';
import { quantizeQ4a } from './quantize-q4a';
import { quantizeQ8 } from './quantize-q8';
import type { WeightType } from './weight-types';

const QUANTIZE = { q4: quantizeQ4, q4a: quantizeQ4a, q8: quantizeQ8 };

/** Floats decoded at once: few enough to stay in the cache. */
const STRIP = 8192;

/** Groups of 32 values in the two planes of src/pack/layout.ts. */
export interface PackedGroups {
  q: Uint8Array<ArrayBuffer>;
  /** f16 bits; in q4a scale and minimum by turns. */
  scales: Uint16Array<ArrayBuffer>;
}

/**
 * Whole blocks as they are stored, in a format of the pack: repacked where the type has a way, else quantized. Fills `packed` and adds to
 * `error`, whose sums are no longer finite where a value is not.
 */
export function packRows(
  type: WeightType,
  bytes: Uint8Array<ArrayBuffer>,
  format: MatrixFormat,
  packed: PackedGroups,
  error: QuantizeError,
): void {
  const repack = type.repack?.[format];
  if (repack) {
    repack(bytes, packed.q, packed.scales, error);
    return;
  }
  const values = new Float32Array(STRIP);
  const weights = (bytes.length / type.bytes) * type.block;
  const perWeight = { q: GROUP_BYTES[format].q / GROUP, scale: GROUP_BYTES[format].scale / 2 / GROUP };
  for (let at = 0; at < weights; at += STRIP) {
    const end = Math.min(at + STRIP, weights);
    const strip = values.subarray(0, end - at);
    type.decode(bytes.subarray((at / type.block) * type.bytes, (end / type.block) * type.bytes), strip);
    QUANTIZE[format](
      strip,
      packed.q.subarray(at * perWeight.q, end * perWeight.q),
      packed.scales.subarray(at * perWeight.scale, end * perWeight.scale),
      error,
    );
  }
}
