import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** @typedef {{ name: string, files: string[], raw: number, gzip: number, most: number }} Size bytes */

/**
 * What visitors download, by the folder it is in: its files, and the most that they may weigh gzipped, in kB of 1000 bytes. That is what
 * they weigh and a little room; raise it only for what is worth it.
 * @type {Record<'dist' | 'dist-package', Record<string, { most: number, files: (folder: string) => string[] | Promise<string[]> }>>}
 */
const BOUNDS = {
  dist: {
    'page before the engine is asked for': { most: 150, files: page },
    'engine worker': { most: 90, files: (folder) => [asset(folder, 'engine.worker')] },
    'tokenizers (wasm)': { most: 1750, files: (folder) => [asset(folder, 'web-tokenizers')] },
    'grammars (wasm)': { most: 410, files: (folder) => [asset(folder, 'web-xgrammar')] },
    'library worker': { most: 55, files: (folder) => [asset(folder, 'library.worker')] },
  },
  'dist-package': {
    'mixtab before the engine is asked for': { most: 32, files: (folder) => imports(folder, 'index.js') },
    'mixtab/widget before the engine is asked for': { most: 22, files: (folder) => imports(folder, 'widget.js') },
    'engine worker with its wasm': { most: 2300, files: (folder) => imports(folder, 'engine.worker.js') },
  },
};

/**
 * Measures the built app or package.
 * @param {string} root
 * @param {keyof typeof BOUNDS} name of its folder
 * @returns {Promise<Size[]>}
 */
export async function measureSizes(root, name) {
  const folder = join(root, name);
  const sizes = Object.entries(BOUNDS[name]).map(async ([name, { most, files: find }]) => {
    const files = await find(folder);
    const parts = files.map((file) => readFileSync(join(folder, file)));
    const raw = parts.reduce((sum, bytes) => sum + bytes.length, 0);
    const gzip = parts.reduce((sum, bytes) => sum + gzipSync(bytes).length, 0);
    return { name, files, raw, gzip, most: most * 1000 };
  });
  return Promise.all(sizes);
}

/** @param {Size} size */
export function showSize({ name, files, raw, gzip, most }) {
  const kB = (/** @type {number} */ bytes) => `${(bytes / 1000).toFixed(1)} kB`;
  return `${name}: ${kB(raw)}, gzipped ${kB(gzip)} of ${kB(most)} at most (${files.join(', ')})`;
}

/** The page itself, and all that it loads on its own. */
async function page(/** @type {string} */ folder) {
  const html = readFileSync(join(folder, 'index.html'), 'utf8');
  const tags = [...html.matchAll(/<(?:script|link)\b[^>]*?(?:src|href)="\.\/([^"]+\.(?:js|css))"/g)];
  const files = await Promise.all(tags.map(([, file = '']) => imports(folder, file)));
  return ['index.html', ...new Set(files.flat())];
}

/**
 * A file and all that it imports statically.
 * @param {string} folder
 * @param {string} file
 */
async function imports(folder, file) {
  const { parseSync } = await import('rolldown/utils'); // Not above: a fresh checkout has no packages yet.
  const found = new Set([file]);
  for (const each of found) {
    if (!each.endsWith('.js')) continue;
    const { staticImports, staticExports } = parseSync(each, readFileSync(join(folder, each), 'utf8')).module;
    const requests = [...staticImports, ...staticExports.flatMap(({ entries }) => entries)];
    for (const { moduleRequest } of requests) {
      if (moduleRequest?.value.startsWith('.')) found.add(join(each, '..', moduleRequest.value));
    }
  }
  return [...found];
}

/**
 * @param {string} folder
 * @param {string} name before its hash
 */
function asset(folder, name) {
  const found = readdirSync(join(folder, 'assets')).filter((file) => file.startsWith(`${name}-`) && /\.js$/.test(file));
  if (found.length !== 1) throw new Error(`assets: expected one file ${name}-*.js, got ${found.join(', ') || 'none'}`);
  return `assets/${found[0]}`;
}
