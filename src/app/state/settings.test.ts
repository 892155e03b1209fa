import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resolveSampling } from '../../model/sampling';
import { THEMES } from './look';
import { SAMPLING_RANGES, type Sampling, type SamplingField, samplingOf } from './sampling';
import { DEFAULT_SETTINGS, parseSettings, parseTyped, readSettings, type Settings, writeSettings } from './settings';

const sampling: fc.Arbitrary<Sampling> = fc.record({
  temperature: valueIn('temperature'),
  topP: valueIn('topP'),
  topK: valueIn('topK'),
  minP: valueIn('minP'),
  typicalP: valueIn('typicalP'),
  repetitionPenalty: valueIn('repetitionPenalty'),
  frequencyPenalty: valueIn('frequencyPenalty'),
  presencePenalty: valueIn('presencePenalty'),
});
const name = fc.stringMatching(/^[a-z]{1,60}$/);
const id = fc.uuid();

const settings: fc.Arbitrary<Settings> = fc
  .record({
    preset: fc.constantFrom('model', 'precise', 'some-id'),
    presets: fc.uniqueArray(fc.record({ id, name, sampling }), { selector: (preset) => preset.id }),
    system: fc.string(),
    prompts: fc.uniqueArray(fc.record({ id, name, text: fc.string() }), { selector: (prompt) => prompt.id }),
    maxTokens: fc.integer({ min: 1, max: 32_768 }),
    seed: fc.option(fc.integer({ min: 0, max: 0xffff_ffff })),
    theme: fc.constantFrom(...THEMES),
    language: fc.constantFrom('auto', 'en', 'zh'),
    sidebar: fc.boolean(),
    panel: fc.boolean(),
    letterKeys: fc.boolean(),
    model: fc.option(fc.string({ minLength: 1 })),
    server: fc.option(fc.record({ baseUrl: fc.webUrl(), model: fc.string() })),
    budgets: fc.dictionary(fc.constantFrom('tiny', 'mixtral'), fc.integer({ min: 1 }), { noNullPrototype: true }),
    memory: fc.constant({}),
    measured: fc.constant({}),
  })
  .chain((others) => sampling.map((values) => ({ ...values, ...others })));

function valueIn(field: SamplingField): fc.Arbitrary<number | null> {
  const { min, max } = SAMPLING_RANGES[field];
  return fc.option(field === 'topK' ? fc.integer({ min, max }) : fc.double({ min, max, noNaN: true }));
}

/** As it is sent: only what is set. */
function setOf(sampling: Sampling): object {
  return Object.fromEntries(Object.entries(samplingOf(sampling)).filter(([, value]) => value !== null));
}

function memoryStorage(): Storage {
  const items = new Map<string, string>();
  return {
    length: 0,
    clear: () => items.clear(),
    getItem: (key) => items.get(key) ?? null,
    key: () => null,
    removeItem: (key) => void items.delete(key),
    setItem: (key, value) => void items.set(key, value),
  };
}

describe('settings', () => {
  it('come back as they were written', () => {
    void fc.assert(
      fc.property(settings, (written) => {
        const storage = memoryStorage();
        writeSettings(storage, written);
        // JSON knows no -0.
        expect(readSettings(storage)).toEqual(JSON.parse(JSON.stringify(written)));
      }),
    );
  });

  it('are legal whatever storage holds', () => {
    void fc.assert(
      fc.property(fc.anything(), (found) => {
        const parsed = parseSettings(found);
        const { maxTokens, seed, theme } = parsed;
        expect(() => resolveSampling(setOf(parsed), { temperature: 1, topP: 1 })).not.toThrow();
        expect(Number.isInteger(maxTokens) && maxTokens >= 1).toBe(true);
        expect(seed === null || Number.isInteger(seed)).toBe(true);
        expect(THEMES).toContain(theme);
      }),
    );
  });

  it('lose only the broken field', () => {
    expect(
      parseSettings({
        temperature: 9,
        seed: 7,
        theme: 'pink',
        language: 'tlh',
        panel: 'no',
        budgets: { tiny: 5e6, other: -1 },
      }),
    ).toEqual({
      ...DEFAULT_SETTINGS,
      seed: 7,
      budgets: { tiny: 5e6 },
    });
  });

  it('hold within the ranges what the engine takes, at their ends too', () => {
    for (const [field, { min, max }] of Object.entries(SAMPLING_RANGES)) {
      for (const value of [min, max]) {
        expect(parseSettings({ [field]: value })).toMatchObject({ [field]: value });
        expect(() => resolveSampling({ [field]: value }, { temperature: 1, topP: 1 })).not.toThrow();
      }
      expect(parseSettings({ [field]: max + 1 })).toMatchObject({ [field]: null });
    }
  });

  it('survive broken JSON and refused storage', () => {
    const broken = { ...memoryStorage(), getItem: () => '{"seed":' };
    expect(readSettings(broken)).toEqual(DEFAULT_SETTINGS);
    const refused = {
      ...memoryStorage(),
      setItem: () => {
        throw new Error('full');
      },
    };
    expect(() => writeSettings(refused, DEFAULT_SETTINGS)).not.toThrow();
    expect(readSettings(null)).toEqual(DEFAULT_SETTINGS);
  });
});

describe('parseTyped', () => {
  it.each([
    ['', null],
    ['  ', null],
    [' 42 ', 42],
    ['4294967295', 4_294_967_295],
    ['4294967296', undefined],
    ['-1', undefined],
    ['1.5', undefined],
    ['1e3', undefined],
    ['x', undefined],
  ])('%j gives %j', (text, expected) => {
    expect(parseTyped(text, { min: 0, max: 0xffff_ffff })).toBe(expected);
  });
});
