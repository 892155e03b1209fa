import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { pagingGuide } from './paging-page';

test('the tables of docs/paging.md and the expected hit rates are what the simulator says', () => {
  const root = fileURLToPath(new URL('..', import.meta.url));
  for (const [file, text] of Object.entries(pagingGuide(root))) {
    expect(readFileSync(`${root}/${file}`, 'utf8')).toBe(text);
    expect(text).not.toContain('No table');
  }
}, 180_000);
