import { afterAll, describe, expect, it } from 'vitest';
import { foresee } from '../../reference/foresee';
import { Bench, NO_FAULT, untouched, worstError } from './testing';
import { concat, constantsOf, Random, row, testConfig } from './testing-data';

const bench = await Bench.open();
afterAll(() => bench.close());

const TOLERANCE = 1e-5;

describe.each(bench.variants('workgroup'))('foresee, workgroup of variant $name', (variant) => {
  it.each([
    { dim: 224, nExperts: 3, nLayers: 2, depth: 1 },
    { dim: 96, nExperts: 8, nLayers: 5, depth: 2 },
    { dim: 32, nExperts: 64, nLayers: 4, depth: 3 },
    { dim: 1056, nExperts: 17, nLayers: 3, depth: 2 },
  ])('$depth of $nLayers layers, $nExperts experts, $dim columns', async ({ depth, ...shape }) => {
    const c = testConfig({ ...shape, normEps: 0.5 });
    const random = new Random(c.dim);
    const [x, gates] = [random.vector(c.dim, 3), random.vector(c.nLayers * (1 + c.nExperts) * c.dim)];
    const run = (fault: number) =>
      bench.run('foresee', variant, {
        constants: constantsOf(c),
        buffers: { state: Uint32Array.of(fault, 0), x, gates, foreseen: untouched(depth * c.nExperts) },
        grid: [depth],
      });
    for (let fault = 0; fault < c.nLayers; fault++) {
      const { foreseen } = await run(fault);
      const expected = concat(foresee(c, row(x, 0, c.dim), gates, fault, depth));
      const rest = foreseen.subarray(expected.length);
      expect(expected.length).toBe(Math.min(depth, c.nLayers - 1 - fault) * c.nExperts);
      if (expected.length > 0)
        expect(worstError(foreseen.subarray(0, expected.length), expected)).toBeLessThan(TOLERANCE);
      expect(rest).toEqual(untouched(rest.length));
    }
    expect((await run(NO_FAULT)).foreseen).toEqual(untouched(depth * c.nExperts));
  });
});
