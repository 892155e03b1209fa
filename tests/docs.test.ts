import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Things in backquotes that look like a path of the repository. */
function pathsIn(text: string): string[] {
  const folders = readdirSync(root, { withFileTypes: true }).filter(
    (entry) => entry.isDirectory() && entry.name !== 'node_modules',
  );
  const tops = folders.map(({ name }) => name.replace('.', '\\.')).join('|');
  return [...text.matchAll(new RegExp(`\`((?:${tops})/[^\`\\s*]+)\``, 'g'))].map(([, path]) => path ?? '');
}

const PAGES = ['README.md', ...['docs', 'docs/guides', 'examples'].flatMap(pagesOf)];

/** The pages of a folder, and the README of each folder in it. */
function pagesOf(folder: string): string[] {
  return readdirSync(`${root}/${folder}`, { withFileTypes: true }).flatMap((entry) => {
    const page = entry.isDirectory() ? `${folder}/${entry.name}/README.md` : `${folder}/${entry.name}`;
    return page.endsWith('.md') && existsSync(`${root}/${page}`) ? [page] : [];
  });
}

it.each(PAGES)('every path that %s names exists', (page) => {
  const text = readFileSync(`${root}/${page}`, 'utf8');
  const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(
    ([, link]) => new URL(link ?? '', `file://${root}/${page}`),
  );
  expect(pathsIn(text).filter((path) => !existsSync(`${root}/${path}`))).toEqual([]);
  expect(links.filter((link) => !existsSync(link)).map(String)).toEqual([]);
});

it('the architecture page names a file in every hop', () => {
  const text = readFileSync(`${root}/docs/architecture.md`, 'utf8');
  const hops = text
    .split('\n## ')
    .slice(2, 5)
    .join('\n')
    .split(/\n(?=\d+\. )/)
    .slice(1);
  expect(hops.length).toBeGreaterThan(10);
  for (const hop of hops) expect(pathsIn(hop)).not.toEqual([]);
});
