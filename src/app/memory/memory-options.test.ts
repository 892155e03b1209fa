import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadOptionsOf, type MemoryOptions, parseMemoryOptions, sameOptions } from './memory-options';

const lossy = fc.record(
  {
    residentMargin: fc.constantFrom(0.5, 1),
    skipBelow: fc.constantFrom(0.2, 0.35),
    topK: fc.constant(1),
    standIns: fc.constant(true),
  },
  { requiredKeys: [] },
);
const options: fc.Arbitrary<MemoryOptions> = fc.record(
  {
    contextLength: fc.integer({ min: 1, max: 32_768 }),
    ramBytes: fc.integer({ min: 0, max: 1e11 }),
    policy: fc.constantFrom('lru', 'reuse', 'least-stale'),
    lossy,
  },
  { requiredKeys: [] },
);

describe('memory options', () => {
  it('come back from storage as they were, and load the same', () => {
    void fc.assert(
      fc.property(options, (chosen) => {
        const read = parseMemoryOptions(JSON.parse(JSON.stringify({ tiny: chosen }))).tiny ?? {};
        expect(sameOptions(read, chosen)).toBe(true);
        expect(JSON.stringify(loadOptionsOf(read))).toBe(JSON.stringify(loadOptionsOf(chosen)));
      }),
    );
  });

  it('leave the engine its defaults where nothing was chosen', () => {
    expect(loadOptionsOf()).toEqual({});
    expect(loadOptionsOf({ lossy: {} })).toEqual({});
    expect(loadOptionsOf({ ramBytes: 0 })).toEqual({ paging: { ramBytes: 0 } });
  });

  it('fall back one by one where storage holds nonsense', () => {
    const broken = { contextLength: -1, ramBytes: 'much', policy: 'best', lossy: { topK: 1.5, skipBelow: 0.2 } };
    expect(parseMemoryOptions({ tiny: broken }).tiny).toEqual({ lossy: { skipBelow: 0.2 } });
    expect(parseMemoryOptions({ tiny: 'x' }).tiny).toEqual({ lossy: {} });
    expect(parseMemoryOptions([])).toEqual({});
  });
});
