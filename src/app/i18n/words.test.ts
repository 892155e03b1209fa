import { describe, expect, it } from 'vitest';
import { languageOf } from './language';
import { zh } from './zh';

/** Names, units and signs, which no language changes. */
const SAME =
  /^(?:[\s\d\p{P}\p{S}]|Mixtab|Mixtral|8x7B|Instruct|Q4_0|WebGPU|GPU|RAM|Chrome|Edge|Safari|Firefox|(Top|Min|Typical)-[pk]|JSD|JSON|CSV|bytes|tok|ms|zh-Hans)*$/u;

/** Every text of a language by its path; of a function what it makes of the same values. */
function textsOf(words: unknown, path = ''): [string, string][] {
  if (typeof words === 'string') return [[path, words]];
  if (typeof words === 'function') return textsOf(said(words as (...values: unknown[]) => unknown), `${path}()`);
  if (typeof words !== 'object' || words === null) return [];
  return Object.entries(words).flatMap(([key, value]) => textsOf(value, path === '' ? key : `${path}.${key}`));
}

/** Words only put their values in place; those that count or look into them get what they can use. */
function said(words: (...values: unknown[]) => unknown): unknown {
  for (const value of ['7', 7, ['7']]) {
    try {
      return words(value, value, value, value, value);
    } catch {
      // Wants another kind of value.
    }
  }
  return null;
}

describe('the words of the page', () => {
  it('are Chinese in Chinese, but for names and units', () => {
    const texts = textsOf(zh).filter(([path]) => !/^notices\.help\.\d+\.id$/.test(path));
    const notChinese = texts.filter(([, text]) => !SAME.test(text) && !/\p{Script=Han}/u.test(text));
    expect(texts.length).toBeGreaterThan(300);
    expect(notChinese).toEqual([]);
  });
});

describe('the language of a browser', () => {
  it.each([
    [['zh-CN', 'en'], 'zh'],
    [['zh-Hans-SG'], 'zh'],
    [['de', 'fr', 'ZH'], 'zh'],
    [['en-GB', 'zh'], 'en'],
    [['de'], 'en'],
    [[], 'en'],
  ] as const)('%j is %s', (preferred, expected) => {
    expect(languageOf(preferred)).toBe(expected);
  });
});
