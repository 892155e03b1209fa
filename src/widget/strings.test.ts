import { describe, expect, it } from 'vitest';
import { stringsFor } from './strings';

describe('stringsFor', () => {
  it.each([
    ['en', 'en'],
    ['de-DE', 'en'],
    ['', 'en'],
    ['zha', 'en'],
    ['zh', 'zh-Hans'],
    ['zh-CN', 'zh-Hans'],
    ['ZH-hans-SG', 'zh-Hans'],
  ])('%s', (tag, language) => {
    expect(stringsFor(tag).language).toBe(language);
  });
});
