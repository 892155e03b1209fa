import { GROUP } from '../model/config';
import { GROUP_BYTES, type MatrixFormat } from '../pack/formats';
import { dequantize } from '../reference/dequantize';
import type { QuantizeError } from './quantize';
import { quantizeQ4 } from './quantize-q4';
import { quantizeQ4a } from './quantize-q4a';
import { quantizeQ8 } from './quantize-q8';
import type { QuantizerFormat, WeightType } from './weight-types';

const QUANTIZE = { q4: quantizeQ4, q4a: quantizeQ4a, q8: quantizeQ8 } satisfies Record<QuantizerFormat, unknown>;

/** Floats decoded at once: few enough to stay in the cache. */
const STRIP = 8192;

/** Groups of 32 values in the two planes of src/pack/layout.ts. */
export interface PackedGroups {
  q: Uint8Array<ArrayBuffer>;
  /** The plane `scale`. */
  scales: Uint16Array<ArrayBuffer>;
}

/**
 * Whole blocks as they are stored, in a format of the pack: repacked where the type has a way, else quantized. Fills `packed` and adds to
 * `error`, whose sums are no longer finite where a value is not. The error of what is repacked is measured on a part of it. Throws
 * RangeError for a type that cannot become that format at all: src/checkpoint/best-format.ts asks for none such.
 */
export function packRows(
  type: WeightType,
  bytes: Uint8Array<ArrayBuffer>,
  format: MatrixFormat,
  packed: PackedGroups,
  error: QuantizeError,
): void {
  const stored = { type, bytes, weights: (bytes.length / type.bytes) * type.block };
  const repack = type.repack?.[format];
  if (repack) {
    if (repack(bytes, packed.q, packed.scales)) sampleError(stored, format, packed, error);
    else error.squaredNorm = Number.NaN;
    return;
  }
  if (!hasQuantizer(format)) throw new RangeError(`${format}: expected a type that it holds, got ${type.name}`);
  quantize(stored, format, packed, error);
}

const hasQuantizer = (format: MatrixFormat): format is QuantizerFormat => format in QUANTIZE;

interface Stored {
  type: WeightType;
  bytes: Uint8Array<ArrayBuffer>;
  weights: number;
}

function quantize(stored: Stored, format: QuantizerFormat, packed: PackedGroups, error: QuantizeError): void {
  const values = new Float32Array(Math.min(STRIP, stored.weights));
  for (let at = 0; at < stored.weights; at += STRIP) {
    const strip = values.subarray(0, Math.min(STRIP, stored.weights - at));
    decode(stored, at, strip);
    const { q, scales } = groupsAt(packed, format, at, strip.length);
    QUANTIZE[format](strip, q, scales, error);
  }
}

/** A multiple of every type's block. */
const RUN = 256;
const FEW_RUNS = 64;
const MOST_APART = 256;

/** Of every n-th run of weights what was stored is held against what is packed, and counts n times; where there are few, all are. */
function sampleError(stored: Stored, format: MatrixFormat, packed: PackedGroups, error: QuantizeError): void {
  const { weights } = stored;
  const every = Math.max(1, Math.min(MOST_APART, Math.floor(weights / (RUN * FEW_RUNS)))) * RUN;
  const values = new Float32Array(RUN);
  const sums = { squaredError: 0, squaredNorm: 0 };
  let sampled = 0;
  for (let at = 0; at < weights; at += every) {
    const run = values.subarray(0, Math.min(RUN, weights - at));
    decode(stored, at, run);
    const { q, scales } = groupsAt(packed, format, at, run.length);
    const back = dequantize(format, q, scales);
    for (let i = 0; i < run.length; i++) {
      const x = run[i] as number;
      const difference = x - (back[i] as number);
      sums.squaredError += difference * difference;
      sums.squaredNorm += x * x;
    }
    sampled += run.length;
  }
  error.squaredError += (sums.squaredError * weights) / sampled;
  error.squaredNorm += (sums.squaredNorm * weights) / sampled;
}

function decode({ type, bytes }: Stored, at: number, values: Float32Array): void {
  const bytesAt = (weight: number) => (weight / type.block) * type.bytes;
  type.decode(bytes.subarray(bytesAt(at), bytesAt(at + values.length)), values);
}

function groupsAt({ q, scales }: PackedGroups, format: MatrixFormat, at: number, weights: number): PackedGroups {
  const [first, last] = [at / GROUP, (at + weights) / GROUP];
  const bytes = GROUP_BYTES[format];
  return {
    q: q.subarray(first * bytes.q, last * bytes.q),
    scales: scales.subarray((first * bytes.scale) / 2, (last * bytes.scale) / 2),
  };
}
