import { fromF16Bits, roundF16, toF16Bits } from '../../lib/f16';
import type { ModelConfig } from '../../model/config';
import { uniformNumber } from '../../model/sample';
import { GROUP_BYTES, type LayerFormats, type MatrixFormat, uniformFormats } from '../../pack/formats';
import { type Part, packLayout, plane, type RecordLayout } from '../../pack/layout';
import { dequantize } from '../../reference/dequantize';
import type { Constants } from '../kernels';
import { expertConstants, modelConstants } from '../shape';

/** Data for the kernels' browser tests: random weights in the form of a pack, and the KV cache in the kernels' form and in the twins'. */

/** A matrix as it lies in a pack, and its values. */
export interface Matrix {
  format: MatrixFormat;
  w: Uint32Array<ArrayBuffer>;
  scale: Uint32Array<ArrayBuffer>;
  values: Float32Array<ArrayBuffer>;
}

interface ExpertValues {
  w1: Float32Array;
  w3: Float32Array;
  w2: Float32Array;
}

export interface Arena {
  words: Uint32Array<ArrayBuffer>;
  valuesOf: (slot: number) => ExpertValues;
}

/** Random numbers that are the same in every run. */
export class Random {
  readonly #seed: number;
  #drawn = 0;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** [0, 1) */
  uniform(): number {
    return uniformNumber(this.#seed, this.#drawn++);
  }

  /** 0..end - 1 */
  below(end: number): number {
    return Math.floor(this.uniform() * end);
  }

  /** Roughly normal (the sum of four uniform numbers), mean 0. */
  vector(length: number, deviation = 1): Float32Array<ArrayBuffer> {
    const normal = () => this.uniform() + this.uniform() + this.uniform() + this.uniform() - 2;
    return Float32Array.from({ length }, () => normal() * Math.sqrt(3) * deviation);
  }

  /** All codes, scales and minima of both signs; rows times a vector of deviation 1 have a deviation of about 1. */
  matrix(format: MatrixFormat, rows: number, cols: number): Matrix {
    const groups = (rows * cols) / 32;
    const w = Uint32Array.from(
      { length: (groups * GROUP_BYTES[format].q) / 4 },
      () => this.below(65536) * 65536 + this.below(65536),
    );
    // No one's multiple of another's.
    const drawn = (typical: number) =>
      toF16Bits(((this.uniform() < 0.5 ? -1 : 1) * (0.5 + this.uniform())) / (typical * Math.sqrt(cols)));
    const typicals = TYPICAL_CODES[format];
    const bits = Uint16Array.from({ length: (groups * GROUP_BYTES[format].scale) / 2 }, (_, i) => {
      const typical = typicals[i % typicals.length];
      return typical ? drawn(typical) : this.below(65536);
    });
    const values = dequantize(format, new Uint8Array(w.buffer), bits);
    return { format, w, scale: new Uint32Array(bits.buffer), values };
  }

  /** Slots of an arena, each followed by a gap as behind a shorter expert, and the values of each slot's matrices. */
  arena(c: ModelConfig, formats: ExpertFormats, slots: number): Arena {
    const { parts } = expertLayout(c, formats);
    const bytes = testSlotBytes(c, formats);
    const arena = new Uint8Array(slots * bytes);
    const values: ExpertValues[] = [];
    for (let slot = 0; slot < slots; slot++) {
      const record = arena.subarray(slot * bytes, (slot + 1) * bytes);
      const fill = (tensor: string): Float32Array => {
        const part = parts.find((p) => p.tensor === tensor) as Part;
        const [rows = 0, cols = 0] = part.shape;
        if (part.format === 'f32') throw new Error(`${tensor} is no matrix`);
        const matrix = this.matrix(part.format, rows, cols);
        plane(part, 'q', record, Uint32Array).set(matrix.w);
        plane(part, 'scale', record, Uint32Array).set(matrix.scale);
        return matrix.values;
      };
      values.push({ w1: fill('w1'), w3: fill('w3'), w2: fill('w2') });
    }
    return { words: new Uint32Array(arena.buffer), valuesOf: (slot) => values[slot] as ExpertValues };
  }
}

/** What each f16 of a group's scales is multiplied by, typically: a code's size, 1 for a minimum. Null: it is none but upper bits. */
const TYPICAL_CODES: Record<MatrixFormat, (number | null)[]> = {
  q4: [5],
  q4a: [9, 1],
  q6: [null, null, null, null, 19, 19],
  q6a: [null, null, null, null, 36, 1],
  q8: [74],
  q8a: [74, 1],
};

/** Of an expert's matrices. */
export type ExpertFormats = Pick<LayerFormats, 'up' | 'down'>;

const DOWN = { q4: 'q4', q4a: 'q6', q6: 'q8', q6a: 'q4a', q8: 'q8a', q8a: 'q6a' } as const satisfies Record<
  MatrixFormat,
  MatrixFormat
>;

/** An expert of that format and, but for q4, with w2 in another: its matrices need not be alike. Every format is that of some w2. */
export const expertFormats = (up: MatrixFormat): ExpertFormats => ({ up, down: DOWN[up] });

function expertLayout(c: ModelConfig, formats: ExpertFormats): RecordLayout {
  const all = uniformFormats(c, 'q4');
  return packLayout(c, { ...all, layers: all.layers.map((layer) => ({ ...layer, ...formats })) })
    .experts[0] as RecordLayout;
}

/** A slot that is longer than its expert, as in a pack whose layers have several formats. */
const testSlotBytes = (c: ModelConfig, formats: ExpertFormats): number => expertLayout(c, formats).bytes + 768;

/** The whole model's constants, and those of its experts; a kernel takes those that it declares. */
export function constantsOf(c: ModelConfig, formats: ExpertFormats = { up: 'q4', down: 'q4' }): Constants {
  const slot = expertConstants(expertLayout(c, formats), testSlotBytes(c, formats));
  return { ...modelConstants(c, c.maxContext), ...slot };
}

/** A config with what the test at hand does not vary. */
export function testConfig(part: Partial<ModelConfig>): ModelConfig {
  return {
    dim: 32,
    hiddenDim: 32,
    nLayers: 3,
    nHeads: 1,
    nKvHeads: 1,
    headDim: 32,
    nExperts: 1,
    topK: 1,
    vocabSize: 32,
    ropeTheta: 10000,
    normEps: 1e-5,
    maxContext: 128,
    tieEmbeddings: false,
    bosId: 1,
    eosIds: [2],
    ...part,
  };
}

/** Row `i` of a matrix, for the twins, which compute in float64. */
export function row(matrix: Float32Array, i: number, cols: number): Float64Array {
  return Float64Array.from(matrix.subarray(i * cols, (i + 1) * cols));
}

/** One after the other. */
export function concat(parts: ArrayLike<number>[]): Float64Array {
  return Float64Array.from(parts.flatMap((part) => Array.from(part)));
}

/**
 * The KV cache's form, `[2, nKvHeads, context, headDim / 2]` pairs of f16, of what the twins hold: keys and values `[positions, nKvHeads, headDim]`.
 * Positions past the last one hold what is no number.
 */
export function packCache(c: ModelConfig, keys: Float64Array, values: Float64Array): Uint32Array<ArrayBuffer> {
  const width = c.nKvHeads * c.headDim;
  const bits = new Uint16Array(2 * width * c.maxContext).fill(toF16Bits(Number.NaN));
  for (const [plane, source] of [keys, values].entries())
    for (const [i, v] of source.entries()) bits[cacheIndex(c, plane, i)] = toF16Bits(v);
  return new Uint32Array(bits.buffer);
}

/** Largest difference of a position's keys and values from the exact ones; what rounding to f16 may move them by counts as none. */
export function worstCacheError(
  c: ModelConfig,
  cache: Uint32Array<ArrayBuffer>,
  position: number,
  exact: { k: Float64Array; v: Float64Array },
): number {
  const bits = new Uint16Array(cache.buffer);
  const errors = [exact.k, exact.v].flatMap((values, plane) =>
    Array.from(values, (value, i) => {
      const got = fromF16Bits(bits[cacheIndex(c, plane, position * values.length + i)] as number);
      // WGSL leaves open which of its two neighbours a number is rounded to.
      return Math.abs(got - value) - Math.abs(value) * 2 ** -10 - 2 ** -24;
    }),
  );
  return Math.max(...errors);
}

/** Where element i of a twin's keys (plane 0) or values (plane 1) lies in the cache. */
function cacheIndex(c: ModelConfig, plane: number, i: number): number {
  const width = c.nKvHeads * c.headDim;
  const head = plane * c.nKvHeads + Math.floor((i % width) / c.headDim);
  return (head * c.maxContext + Math.floor(i / width)) * c.headDim + (i % c.headDim);
}

/** Keys or values as the cache can hold them. */
export const rounded = (v: Float32Array): Float64Array => Float64Array.from(v, roundF16);

/** `[maxContext, headDim / 2]` cosines and sines of RoPE. */
export function turnsOf(c: ModelConfig): Float32Array<ArrayBuffer> {
  const angle = (i: number) =>
    Math.floor(i / c.headDim) * c.ropeTheta ** (-(2 * Math.floor((i % c.headDim) / 2)) / c.headDim);
  return Float32Array.from({ length: c.maxContext * c.headDim }, (_, i) =>
    i % 2 === 0 ? Math.cos(angle(i)) : Math.sin(angle(i)),
  );
}
