import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Named, rank } from './rank';

const named = (...labels: string[]): Named[] => labels.map((label) => ({ label }));
const labels = (items: readonly Named[]): string[] => items.map(({ label }) => label);

describe('ranking by a query', () => {
  it('puts the beginning of the name before that of a word, that before any place, and letters in order last', () => {
    const items = named('Toothed settle', 'Reset', 'Open settings', 'Settings', 'Show chats');
    expect(labels(rank(items, 'set'))).toEqual(['Settings', 'Toothed settle', 'Open settings', 'Reset']);
    expect(labels(rank(items, 'shch'))).toEqual(['Show chats']);
  });

  it('wants every word, in any order, and sees through case and marks', () => {
    expect(labels(rank(named('Export chat as JSON', 'Export chat as Markdown'), 'json EXP'))).toEqual([
      'Export chat as JSON',
    ]);
    expect(labels(rank(named('Café'), 'cafe'))).toEqual(['Café']);
  });

  it('takes a name in English for one that is shown in another language', () => {
    expect(rank([{ label: '设置', alias: 'Settings' }], 'sett')).toHaveLength(1);
  });

  it('keeps all as they are without a query, and only ever leaves out', () => {
    void fc.assert(
      fc.property(fc.array(fc.record({ label: fc.string() })), fc.string(), (items, query) => {
        expect(rank(items, ' ')).toEqual(items);
        const found = rank(items, query);
        expect(new Set(found).size).toBe(found.length);
        for (const item of found) expect(items).toContain(item);
      }),
    );
  });

  it('finds a name by itself, before those that only hold it', () => {
    void fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{1,12}$/), fc.stringMatching(/^[a-z]{1,5}$/), (name, before) => {
        expect(labels(rank(named(`${before}${name}`, name), name)).at(-1)).toBe(
          `${before}${name}`.startsWith(name) ? name : `${before}${name}`,
        );
      }),
    );
  });
});
