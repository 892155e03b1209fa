import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Drafts } from './composer-drafts';

function memoryStorage(items = new Map<string, string>()): Storage {
  return {
    length: 0,
    clear: () => items.clear(),
    getItem: (key) => items.get(key) ?? null,
    key: () => null,
    removeItem: (key) => void items.delete(key),
    setItem: (key, value) => void items.set(key, value),
  };
}

describe('drafts', () => {
  it('are each of their own conversation, and are told to whoever listens', () => {
    const drafts = new Drafts(null);
    let heard = 0;
    drafts.subscribe(() => heard++);
    drafts.change('a', { text: 'one' });
    drafts.change('b', { text: 'two', files: [{ name: 'n', text: 't', bytes: 1 }] });
    expect([drafts.of('a').text, drafts.of('b').text, drafts.of('c').text]).toEqual(['one', 'two', '']);
    drafts.clear('b');
    expect(drafts.of('b')).toEqual({ text: '', files: [], refusals: [] });
    expect(heard).toBe(3);
  });

  it('outlive a reload as texts, whatever is written', () => {
    void fc.assert(
      fc.property(fc.dictionary(fc.uuid(), fc.string({ minLength: 1 })), (texts) => {
        const storage = memoryStorage();
        const drafts = new Drafts(storage);
        for (const [key, text] of Object.entries(texts)) {
          drafts.change(key, { text, files: [{ name: 'n', text: 't', bytes: 1 }] });
        }
        drafts.store();
        const again = new Drafts(storage);
        for (const [key, text] of Object.entries(texts)) expect(again.of(key)).toMatchObject({ text, files: [] });
      }),
    );
  });

  it('that were sent do not come back', () => {
    const storage = memoryStorage();
    const drafts = new Drafts(storage);
    drafts.change('a', { text: 'one' });
    drafts.store();
    drafts.clear('a');
    drafts.store();
    expect(new Drafts(storage).of('a').text).toBe('');
  });

  it.each(['{"a":', '7', '[1]', '{"a":1}'])('begin empty where storage holds %s', (found) => {
    const drafts = new Drafts({ ...memoryStorage(), getItem: () => found });
    expect(drafts.of('a').text).toBe('');
  });
});
