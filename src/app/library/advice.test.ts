import { describe, expect, it } from 'vitest';
import type { Support } from '../../client';
import { TYPICAL_SPEEDS } from '../../paging/rules-of-thumb';
import { en } from '../i18n/en';
import { adviceOf } from './advice';

const words = en.models.advice;
const about = { embedded: 'Mixtab Tiny', experts: 256 };
const GB = 1e9;

function supportOf(change: Partial<Support> = {}): Support {
  const speed = { hitRate: 0.12, pagedBytesPerToken: 5.6 * GB, decodeTokensPerSecond: 0.175 };
  return {
    ...{ ok: true, reasons: [], notices: [], adapter: 'some gpu', softwareAdapter: false, limits: null },
    storage: { usageBytes: 1 * GB, quotaBytes: 61 * GB, persisted: false },
    needs: { packBytes: 26.4 * GB, leastBytes: 1.9 * GB, mostBytes: 27.3 * GB },
    recommendedBudgetBytes: 4 * GB,
    expectedTokensPerSecond: speed.decodeTokensPerSecond,
    expected: { ...TYPICAL_SPEEDS, budgetBytes: 4 * GB, slots: 24, ...speed },
    ...change,
  };
}

describe('adviceOf', () => {
  it('is Mixtral where it fits, with what to expect and from what that follows', () => {
    const { model, headline, reasons, speed } = adviceOf(words, supportOf(), about);
    expect(model).toBe('mixtral');
    expect(headline).toContain('about one token in 5.7 seconds with 4.0 GB');
    expect(reasons.join(' ')).toMatch(/26\.4 GB to store.*60\.0 GB as free.*hint.*guess/);
    expect(speed).toMatch(/24 of 256.*assumed/);
  });

  it('names what is missing where the browser says that there is too little room, as the hint that it is', () => {
    const storage = { usageBytes: 0, quotaBytes: 10 * GB, persisted: false };
    const [first] = adviceOf(words, supportOf({ storage }), about).reasons;
    expect(first).toMatch(/26\.4 GB.*10\.0 GB as free.*16\.4 GB less.*hint/);
    expect(adviceOf(words, supportOf({ storage: null }), about).reasons[0]).toContain('does not say');
  });

  it('is the embedded model where nothing else would do, and says why', () => {
    const software = { softwareAdapter: true, adapter: 'swiftshader', expected: null, expectedTokensPerSecond: null };
    const advice = adviceOf(words, supportOf(software), about);
    expect(advice).toMatchObject({ model: 'embedded', headline: 'Mixtab Tiny, which is here' });
    expect(advice.reasons[0]).toContain('swiftshader');
    const refused = {
      ok: false,
      reasons: [{ code: 'adapter-unsupported', message: 'too small', hint: 'Sorry.', data: {} }],
    } as const;
    const { model, reasons } = adviceOf(
      words,
      supportOf({ ...refused, reasons: [...refused.reasons], expected: null }),
      about,
    );
    expect([model, reasons]).toEqual(['embedded', ['Mixtral 8x7B does not run here: too small. Sorry.']]);
  });
});
