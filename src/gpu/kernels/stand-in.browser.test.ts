import { afterAll, describe, expect, it } from 'vitest';
import { expandStandIn, makeStandIn } from '../../reference/stand-in';
import type { Variant } from '../kernels';
import { standInGrid } from '../shape';
import { Bench, UNTOUCHED } from './testing';
import { constantsOf, Random, testConfig } from './testing-data';

const bench = await Bench.open();
afterAll(() => bench.close());

const [anyVariant] = bench.variants('workgroup') as [Variant];
const MATRICES = ['W1', 'W3', 'W2'];

// One block of pairs that is not full, and several.
describe.each([
  { dim: 32, hiddenDim: 64 },
  { dim: 96, hiddenDim: 160 },
])('a stand-in, $dim to $hiddenDim', (shape) => {
  const c = testConfig(shape);
  const constants = constantsOf(c);
  const groups = (c.dim * c.hiddenDim) / 32;
  const { words } = new Random(c.dim).arena(c, { up: 'q4', down: 'q4' }, 1);
  // Groups that are all zeros, all of one magnitude, and mostly zeros.
  words.set([0x88888888, 0x88888888, 0x88888888, 0x88888888]);
  words.set([0, 0, 0, 0, 0x88888888, 0x88888888, 0x88888888, 0x08888888], 4);
  const grid = standInGrid(c);

  /** Codes and scales of a matrix in its slot. */
  const matrixOf = (slot: Uint32Array<ArrayBuffer>, name: string) => ({
    codes: new Uint8Array(slot.buffer, constants[`${name}_Q`] as number, groups * 16),
    scales: new Uint16Array(slot.buffer, constants[`${name}_SCALE`] as number, groups),
  });
  const copied = (copy: Uint32Array<ArrayBuffer>, m: number) => ({
    codes: new Uint8Array(copy.buffer, m * groups * 8, groups * 8),
    scales: new Uint16Array(copy.buffer, 3 * groups * 8 + m * groups * 2, groups),
  });
  const copyWords = (3 * groups * 10) / 4;
  const make = async () => {
    const copy = new Uint32Array(copyWords + 3).fill(UNTOUCHED);
    return (await bench.run('stand-in-make', anyVariant, { constants, buffers: { expert: words, copy }, grid })).copy;
  };

  it('is made as the twin makes it', async () => {
    const copy = await make();
    for (const [m, name] of MATRICES.entries()) {
      const expected = makeStandIn(matrixOf(words, name));
      const got = copied(copy, m);
      expect(got.codes).toEqual(expected.codes);
      // WGSL leaves open which of its two neighbours a number is rounded to.
      for (const [g, bits] of got.scales.entries())
        expect(Math.abs(bits - (expected.scales[g] as number))).toBeLessThanOrEqual(1);
    }
    expect([...copy.subarray(copyWords)]).toEqual([UNTOUCHED, UNTOUCHED, UNTOUCHED]);
  });

  it('expands to the q4 expert of the twin and touches nothing else in the slot', async () => {
    const copy = await make();
    const before = new Uint32Array(words.length).fill(UNTOUCHED);
    const { expert } = await bench.run('stand-in-expand', anyVariant, {
      constants,
      buffers: { copy, expert: before },
      grid,
    });
    const expected = before.slice();
    for (const [m, name] of MATRICES.entries()) {
      const matrix = expandStandIn(copied(copy, m));
      const place = matrixOf(expected, name);
      place.codes.set(matrix.codes);
      place.scales.set(matrix.scales);
    }
    expect(expert).toEqual(expected);
  });
});
