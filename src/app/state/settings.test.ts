import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS, parseSettings, parseTyped, readSettings, type Settings, writeSettings } from './settings';

const settings: fc.Arbitrary<Settings> = fc.record({
  temperature: fc.option(fc.double({ min: 0, max: 2, noNaN: true })),
  topP: fc.option(fc.double({ min: 0.05, max: 1, noNaN: true })),
  maxTokens: fc.integer({ min: 1, max: 32_768 }),
  seed: fc.option(fc.integer({ min: 0, max: 0xffff_ffff })),
  theme: fc.constantFrom('auto', 'light', 'dark'),
  model: fc.option(fc.string({ minLength: 1 })),
  server: fc.option(fc.record({ baseUrl: fc.webUrl(), model: fc.string() })),
  budgets: fc.dictionary(fc.constantFrom('tiny', 'mixtral'), fc.integer({ min: 1 }), { noNullPrototype: true }),
  memory: fc.constant({}),
  measured: fc.constant({}),
});

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
        const { temperature, topP, maxTokens, seed, theme } = parseSettings(found);
        expect(temperature === null || (temperature >= 0 && temperature <= 2)).toBe(true);
        expect(topP === null || (topP > 0 && topP <= 1)).toBe(true);
        expect(Number.isInteger(maxTokens) && maxTokens >= 1).toBe(true);
        expect(seed === null || Number.isInteger(seed)).toBe(true);
        expect(['auto', 'light', 'dark']).toContain(theme);
      }),
    );
  });

  it('lose only the broken field', () => {
    expect(parseSettings({ temperature: 9, seed: 7, theme: 'pink', budgets: { tiny: 5e6, other: -1 } })).toEqual({
      ...DEFAULT_SETTINGS,
      seed: 7,
      budgets: { tiny: 5e6 },
    });
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
