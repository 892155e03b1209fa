import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noPaging, pagingStats } from '../../paging/figures';
import type { BudgetInfo, GenerateStats, ModelInfo } from '../../protocol/engine';
import { type Measured, measureDecode, measuredKey, measuredOptions, parseMeasured, withMeasured } from './measured';
import { measurementOf, outlookOf } from './outlook';

const LAYERS = 4;
const EXPERTS = 8;
const ALL = LAYERS * EXPERTS;
const budget: BudgetInfo = {
  fixedBytes: 1e6,
  slotBytes: 2e5,
  leastBytes: 2e6,
  mostBytes: 8e6,
  budgetBytes: 8e6,
  slots: ALL,
};
const info: ModelInfo = {
  ...{ id: 'tiny', name: 'Tiny', layers: LAYERS, experts: EXPERTS, topK: 2, vocabSize: 9, contextLength: 64 },
  ...{ parameters: 1, packBytes: 1, adapter: 'some gpu', softwareAdapter: false, kernelVariant: 'row' },
  ...{ maxContextLength: 64, kvBytes: 1, loaded: { policy: 'reuse', ramBytes: null, lossy: {} } },
  ...{ defaults: { temperature: 1, topP: 1 }, chat: true, budget, notice: null },
};
const software = { ...info, softwareAdapter: true };

const measurements: fc.Arbitrary<Measured> = fc
  .record({
    slots: fc.integer({ min: 2, max: ALL - 1 }),
    hitRate: fc.double({ min: 0, max: 0.99, noNaN: true }),
    computeSeconds: fc.double({ min: 1e-4, max: 1, noNaN: true }),
    missSeconds: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map((drawn) => {
    const waited = (1 - drawn.hitRate) * LAYERS * 2 * drawn.missSeconds;
    const speed = 1 / (drawn.computeSeconds + waited);
    const about = { options: measuredOptions(info), tokens: 64, stallMs: waited * 1000, storageBytesPerSecond: 1e9 };
    return { ...drawn, ...about, tokensPerSecond: speed };
  });

describe('outlookOf', () => {
  it('is what was measured at the slots that were measured', () => {
    void fc.assert(
      fc.property(measurements, (measured) => {
        const { hitRate, tokensPerSecond, from } = outlookOf(software, budget, measured.slots, measured);
        expect(hitRate).toBeCloseTo(measured.hitRate, 9);
        expect(tokensPerSecond).toBeCloseTo(measured.tokensPerSecond, 6);
        expect(from).toBe('measured');
      }),
    );
  });

  it('never falls as slots are added, and misses nothing where all experts fit', () => {
    void fc.assert(
      fc.property(fc.option(measurements), fc.integer({ min: 2, max: ALL - 1 }), (measured, slots) => {
        const [few, more] = [outlookOf(info, budget, slots, measured), outlookOf(info, budget, slots + 1, measured)];
        expect(more.hitRate).toBeGreaterThanOrEqual(few.hitRate);
        expect(more.tokensPerSecond ?? 0).toBeGreaterThanOrEqual(few.tokensPerSecond ?? 0);
        expect(outlookOf(info, budget, ALL, measured).hitRate).toBe(1);
      }),
    );
  });

  it('assumes nothing of a program on the CPU, and says what it assumes of a GPU', () => {
    expect(outlookOf(software, budget, 16, null)).toMatchObject({ tokensPerSecond: null, from: null });
    expect(outlookOf(info, budget, 16, null).from).toBe('typical');
    const noMisses = { ...sample(), missSeconds: null, storageBytesPerSecond: null, slots: ALL, hitRate: 1 };
    expect(outlookOf(software, budget, ALL, noMisses).from).toBe('measured');
    expect(outlookOf(software, budget, 16, noMisses).tokensPerSecond).toBeNull();
    expect(outlookOf(info, budget, 16, noMisses).from).toBe('measured-compute');
  });
});

describe('a measurement', () => {
  it('is of decode alone: what the prompt waited for is not in it', () => {
    const first = statsOf({ decodeTokens: 2, perSecond: 10, stallMs: 900, hits: 10, misses: 100, bytes: 1e8 });
    const last = statsOf({ decodeTokens: 42, perSecond: 10, stallMs: 1900, hits: 250, misses: 180, bytes: 2e8 });
    const measured = measureDecode(first, last, info, 16);
    expect(measured).toMatchObject({ tokens: 40, tokensPerSecond: 10, hitRate: 0.75, stallMs: 25 });
    expect(measured?.computeSeconds).toBeCloseTo(0.075, 9);
    expect(measured?.missSeconds).toBeCloseTo(1 / 80, 9);
    expect(measureDecode(first, { ...first, decodeTokens: 9 }, info, 16)).toBeNull();
  });

  it('comes back from storage, or not at all where it is broken', () => {
    const key = measuredKey(info);
    const all = withMeasured({}, key, sample());
    expect(parseMeasured(JSON.parse(JSON.stringify(all)))).toEqual(all);
    for (const change of [{ hitRate: 2 }, { tokensPerSecond: 0 }, { options: 1 }, { missSeconds: 'long' }]) {
      expect(parseMeasured({ [key]: { ...sample(), ...change } })).toEqual({});
    }
  });

  it('holds for a model as it was loaded then', () => {
    const all = withMeasured({}, measuredKey(info), sample());
    expect(measurementOf(all, info)).toEqual(sample());
    expect(measurementOf(all, { ...info, loaded: { ...info.loaded, lossy: { topK: 1 } } })).toBeNull();
    expect(measurementOf(all, { ...info, adapter: 'another' })).toBeNull();
  });
});

function sample(): Measured {
  const speeds = { tokensPerSecond: 10, computeSeconds: 0.05, missSeconds: 0.01, storageBytesPerSecond: 1e9 };
  return { slots: 16, options: measuredOptions(info), tokens: 64, hitRate: 0.5, stallMs: 40, ...speeds };
}

interface Reading {
  decodeTokens: number;
  perSecond: number;
  stallMs: number;
  hits: number;
  misses: number;
  bytes: number;
}

function statsOf({ decodeTokens, perSecond, ...counts }: Reading): GenerateStats {
  const nothing = noPaging({ nLayers: 1 });
  const now = { ...nothing, readMs: 100, layers: [{ ...counts, late: 0 }] };
  const paging = pagingStats(now, nothing, 'reuse', true);
  return {
    ...{ ttftMs: 1, promptTokens: 1, cachedTokens: 0, prefillTokens: 1, prefillTokensPerSecond: 1 },
    ...{ decodeTokens, decodeTokensPerSecond: perSecond, hits: counts.hits, misses: counts.misses },
    ...{ bytesPaged: counts.bytes, paging, submits: 0, readbacks: 0, dispatches: 0, gpuBytes: 0 },
  };
}
