import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { builtFolder } from './built-folder.mjs';
import { capture } from './process.mjs';
import { measureSizes, showSize } from './sizes.mjs';

/** All that the built app depends on. */
const SOURCES = [
  'index.html',
  'embed.html',
  'vite.config.ts',
  'package-lock.json',
  'tsconfig.base.json',
  'src',
  'workers',
  'public',
  'bin/headless',
];

export class BuildError extends Error {}

/**
 * Builds the app into dist/ unless it is there and newer than its sources.
 * @param {string} root
 * @param {(line: string) => void} [log]
 * @returns {Promise<string>} path of dist
 */
export function buildApp(root, log = () => {}) {
  return builtFolder(root, 'dist', SOURCES, async (next) => {
    log('Building the app ...');
    const vite = join(root, 'node_modules/vite/bin/vite.js');
    const args = [vite, 'build', '--outDir', next, '--emptyOutDir', '--logLevel', 'warn'];
    // Whoever builds: under a test runner's NODE_ENV, React would be its development build.
    const env = { ...process.env, NODE_ENV: 'production' };
    const { status, output } = await capture(process.execPath, args, { cwd: root, env });
    if (status !== 0) throw new BuildError(`The build failed:\n${output.trim()}`);
  });
}

if (resolve(process.argv[1] ?? '') === fileURLToPath(import.meta.url)) {
  const root = fileURLToPath(new URL('..', import.meta.url));
  await buildApp(root, console.error);
  for (const size of await measureSizes(root, 'dist')) console.error(showSize(size));
}
