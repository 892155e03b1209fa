import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MATRIX_FORMATS } from '../pack/formats';
import { bestFormat } from './best-format';
import { GGUF_TYPES } from './gguf-types';
import type { WeightType } from './weight-types';

const TYPES = Object.values(GGUF_TYPES);
const typesOf = (names: string) =>
  names.split(' ').map((name) => TYPES.find((type) => type.name === name) as WeightType);

describe('the format of a matrix of several types', () => {
  it.each([
    ['Q4_0', 'q4'],
    ['Q4_0 Q4_1', 'q4a'],
    ['Q4_0 Q4_K Q4_1', 'q4a'],
    ['Q6_K', 'q6'],
    ['Q5_0 Q4_0', 'q6'],
    ['Q6_K Q5_0', 'q6'],
    ['Q5_K Q4_K', 'q6a'],
    ['Q5_1 Q5_0 Q4_0', 'q6a'],
    ['Q6_K Q5_K', 'q8'],
    ['Q6_K Q4_K', 'q8'],
    ['Q8_0 Q4_K', 'q8a'],
    ['Q8_0 Q5_K Q4_0', 'q8a'],
    ['Q8_0 Q6_K', 'q8'],
    ['Q8_0 Q5_0', 'q8'],
    ['Q2_K', 'q4a'],
    ['Q3_K Q4_K', 'q4a'],
    ['Q3_K Q5_K', 'q8'],
    ['BF16', 'q4'],
    ['F16 Q4_K', 'q4a'],
    ['F32 Q6_K', 'q8'],
  ])('%s: %s', (names, format) => {
    expect(bestFormat(typesOf(names), 'q4')).toBe(format);
  });

  it('is q8 where floats are wished so, and nothing else changes by the wish', () => {
    for (const type of TYPES) {
      const isFloat = ['F32', 'F16', 'BF16'].includes(type.name);
      expect(bestFormat([type], 'q8')).toBe(isFloat ? 'q8' : bestFormat([type], 'q4'));
    }
  });

  it('depends on which types there are, not on their order or number; more types never make it smaller, but where no format takes all', () => {
    const some = fc.array(fc.constantFrom(...TYPES), { minLength: 1, maxLength: 4 });
    const best = (types: WeightType[]) => bestFormat(types, 'q4');
    fc.assert(
      fc.property(some, some, (a, b) => {
        const both = best([...a, ...b]);
        expect(both).toBe(best([...b, ...a, ...b]));
        if (both !== 'q8') expect(MATRIX_FORMATS.slice(MATRIX_FORMATS.indexOf(best(a)))).toContain(both);
      }),
    );
  });

  it('takes every type as it is, or is q8', () => {
    const quantized = fc.subarray(
      TYPES.filter(({ repack }) => repack),
      { minLength: 1 },
    );
    fc.assert(
      fc.property(quantized, (types) => {
        const format = bestFormat(types, 'q4');
        if (format !== 'q8') for (const { repack } of types) expect(repack?.[format]).toBeDefined();
      }),
    );
  });
});
