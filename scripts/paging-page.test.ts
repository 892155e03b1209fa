import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { pagingGuide } from './paging-page';

test('the tables of docs/paging.md and the expected hit rates are what the simulator says', () => {
  const root = fileURLToPath(new URL('..', import.meta.url));
  for (const [file, text] of Object.entries(pagingGuide(root))) {
    expect(plain(readFileSync(`${root}/${file}`, 'utf8'))).toBe(plain(text));
    expect(text).not.toContain('No table');
  }
}, 180_000);

/** Without what the formatter does to tables: columns of one width. */
function plain(text: string): string {
  return text.replaceAll(/ +/g, ' ').replaceAll(/-{2,}/g, '--');
}
