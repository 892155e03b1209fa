import { isObject } from '../lib/json';
import type { ModelConfig } from '../model/config';

/**
 * How a matrix is stored: groups of 32 neighbours of a row with scales of their own. docs/formats.md section 5 is the specification.
 * - `q4`: 4-bit codes, `(code - 8) * scale`: 4.5 bits a weight. Holds GGUF's Q4_0 without loss.
 * - `q4a`: 4-bit codes with a minimum a group, `code * scale + minimum`: 5 bits. Holds Q4_1, and Q4_K but for its scales' rounding to f16.
 * - `q6`: 6-bit codes, `(code - 32) * scale`, each half of a group with its own: 7 bits. Holds Q5_0, and Q6_K but for that rounding.
 * - `q6a`: 6-bit codes with a minimum a group, `code * scale + minimum`: 7 bits. Holds Q5_1, and Q5_K but for that rounding.
 * - `q8`: signed bytes, `code * scale`: 8.5 bits. Holds Q8_0 without loss.
 * - `q8a`: signed bytes with a minimum a group, `code * scale + minimum`: 9 bits. Holds together what the others hold, but for Q6_K.
 */
export type MatrixFormat = 'q4' | 'q4a' | 'q6' | 'q6a' | 'q8' | 'q8a';

/** By the bits that they take. */
export const MATRIX_FORMATS: readonly MatrixFormat[] = ['q4', 'q4a', 'q6', 'q6a', 'q8', 'q8a'];

/** Bytes of a group of 32 in each of a matrix's two planes. */
export const GROUP_BYTES: Readonly<Record<MatrixFormat, { q: number; scale: number }>> = {
  q4: { q: 16, scale: 2 },
  q4a: { q: 16, scale: 4 },
  q6: { q: 16, scale: 12 },
  q6a: { q: 16, scale: 12 },
  q8: { q: 32, scale: 2 },
  q8a: { q: 32, scale: 4 },
};

/** The format of every matrix of a pack. w1 and w3 share one, as a kernel reads them side by side. */
export interface Formats {
  embedding: MatrixFormat;
  /** lm_head. Where the model ties it to the embedding, the embedding's. */
  output: MatrixFormat;
  layers: LayerFormats[];
}

/** All that a model's size and speed follow from. A pack's manifest is one, among other things. */
export interface ModelShape {
  config: ModelConfig;
  formats: Formats;
}

/** Formats of a layer's matrices. */
export interface LayerFormats {
  wqkv: MatrixFormat;
  wo: MatrixFormat;
  /** w1 and w3. */
  up: MatrixFormat;
  /** w2. */
  down: MatrixFormat;
}

/** Every matrix in one format. */
export function uniformFormats(c: ModelConfig, format: MatrixFormat): Formats {
  const layer = { wqkv: format, wo: format, up: format, down: format };
  return { embedding: format, output: format, layers: Array.from({ length: c.nLayers }, () => ({ ...layer })) };
}

/** The formats that occur, e.g. `q4`, `q4a + q8`: how a pack is called. */
export function formatsName({ embedding, output, layers }: Formats): string {
  const used = new Set([embedding, output, ...layers.flatMap(({ wqkv, wo, up, down }) => [wqkv, wo, up, down])]);
  return MATRIX_FORMATS.filter((format) => used.has(format)).join(' + ');
}

/** Whether a value that came from outside has the form of a shape's formats. */
export function isFormats(c: ModelConfig, value: unknown): value is Formats {
  if (!isObject(value) || !Array.isArray(value.layers) || value.layers.length !== c.nLayers) return false;
  if (!isFormat(value.embedding) || !isFormat(value.output)) return false;
  if (c.tieEmbeddings && value.output !== value.embedding) return false;
  return value.layers.every(
    (layer) => isObject(layer) && ['wqkv', 'wo', 'up', 'down'].every((matrix) => isFormat(layer[matrix])),
  );
}

const isFormat = (value: unknown): value is MatrixFormat => MATRIX_FORMATS.some((format) => format === value);
