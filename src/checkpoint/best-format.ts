import { MATRIX_FORMATS, type MatrixFormat } from '../pack/formats';
import type { QuantizerFormat, WeightType } from './weight-types';

/**
 * The format of a matrix whose parts are of these types: the smallest that takes all of them as they are, or q8, which comes near all.
 *
 * @param wish what floats become, or something finer where other parts need it
 */
export function bestFormat(types: WeightType[], wish: 'q4' | 'q8'): MatrixFormat {
  return MATRIX_FORMATS.find((format) => types.every((type) => takes(format, type, wish))) ?? 'q8';
}

/** From the least exact to the most. */
const QUANTIZERS: readonly MatrixFormat[] = ['q4', 'q4a', 'q8'] satisfies QuantizerFormat[];

function takes(format: MatrixFormat, { repack, least }: WeightType, wish: 'q4' | 'q8'): boolean {
  return repack ? format in repack : QUANTIZERS.indexOf(format) >= QUANTIZERS.indexOf(least ?? wish);
}
