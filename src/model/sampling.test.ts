import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SamplingParams } from '../protocol/engine';
import { resolveSampling } from './sampling';

const defaults = { temperature: 0.7, topP: 0.9 };

describe('sampling settings', () => {
  it("fills in the model's own defaults and turns the rest off", () => {
    const { seed, ...rest } = resolveSampling({}, defaults);
    expect(rest).toEqual({
      temperature: 0.7,
      topK: 0,
      topP: 0.9,
      typicalP: 1,
      minP: 0,
      repetitionPenalty: 1,
      frequencyPenalty: 0,
      presencePenalty: 0,
    });
    expect(seed).not.toBe(resolveSampling({}, defaults).seed);
  });

  it('keeps what is given and is stable', () => {
    const given = { temperature: 0, topK: 40, topP: 1, minP: 0.05, seed: 4294967295, presencePenalty: -2 };
    const once = resolveSampling(given, defaults);
    expect(once).toMatchObject(given);
    expect(resolveSampling(once, defaults)).toEqual(once);
  });

  const wrong: [keyof SamplingParams, unknown][] = [
    ['temperature', -0.1],
    ['temperature', Number.NaN],
    ['temperature', Number.POSITIVE_INFINITY],
    ['temperature', '1'],
    ['topK', 1.5],
    ['topK', -1],
    ['topP', 0],
    ['topP', 1.01],
    ['minP', -0.01],
    ['repetitionPenalty', 0],
    ['frequencyPenalty', 2.1],
    ['presencePenalty', true],
    ['seed', 2 ** 32],
    ['seed', 0.5],
  ];
  it.each(wrong)('refuses %s = %s, naming it', (field, value) => {
    expect(() => resolveSampling({ [field]: value }, defaults)).toThrow(
      expect.objectContaining({
        code: 'request-invalid',
        message: expect.stringMatching(`^${field}: expected .*, got `),
        data: { field },
      }),
    );
  });

  it('refuses a field that it does not know', () => {
    expect(() => resolveSampling({ top_k: 1 } as Partial<SamplingParams>, defaults)).toThrow(
      /top_k.*expected one of temperature/,
    );
  });

  it('never lets a value through that is not a number in range', () => {
    fc.assert(
      fc.property(fc.record({ topP: fc.anything(), temperature: fc.anything() }), (given) => {
        try {
          const got = resolveSampling(given as Partial<SamplingParams>, defaults);
          expect(got.topP > 0 && got.topP <= 1 && got.temperature >= 0 && got.temperature <= 100).toBe(true);
        } catch (error) {
          expect(error).toMatchObject({ code: 'request-invalid' });
        }
      }),
    );
  });
});
