import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { buildPackage } from '../scripts/package.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const guides = ['docs/npm.md', ...readdirSync(join(root, 'docs/guides')).map((name) => `docs/guides/${name}`)];

/** Fenced blocks: what follows the fence, and the text. */
const blocks = guides.flatMap((guide) =>
  [...readFileSync(join(root, guide), 'utf8').matchAll(/^```(\w+)(?: (\S+))?\n(.*?)^```$/gms)].map(
    ([, language, source, code = '']) => ({ guide, language, source, code }),
  ),
);

/** Without indentation, as a part of a file may be quoted. */
const lines = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => line.trim())
    .join('\n');

const quoted = blocks.filter(({ source }) => source);
it.each(quoted)('$guide quotes $source as it is', ({ source = '', code }) => {
  expect(lines(readFileSync(join(root, source), 'utf8'))).toContain(lines(code));
});

it('what guides show besides compiles against the package', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mixtab-guides-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  cpSync(await buildPackage(root), join(folder, 'node_modules/mixtab'), { recursive: true });
  const shown = blocks.filter(({ language, source }) => /^tsx?$/.test(language ?? '') && !source);
  const files = shown.map(({ guide, language, code }, index) => {
    const name = `${guide.replaceAll('/', '-')}-${index}.${language}`;
    writeFileSync(join(folder, name), code);
    return name;
  });
  const compilerOptions = {
    ...{
      strict: true,
      noEmit: true,
      target: 'es2023',
      module: 'esnext',
      moduleResolution: 'bundler',
      jsx: 'react-jsx',
    },
    ...{ lib: ['ES2023', 'DOM', 'DOM.Iterable'], types: [], typeRoots: [join(root, 'node_modules/@types')] },
    paths: { react: [join(root, 'node_modules/@types/react')], 'react/*': [join(root, 'node_modules/@types/react/*')] },
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
  expect(files.length).toBeGreaterThan(0);
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  let output = '';
  try {
    execFileSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' });
  } catch (error) {
    output = (error as { stdout: string }).stdout;
  }
  expect(output).toBe('');
});
