import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder, fingerprint, withLock } from './cache.mjs';
import { capture } from './process.mjs';

/** All that the built app depends on. */
const SOURCES = [
  'index.html',
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
 * Builds the app into dist/ unless it is there and newer than its sources. The new build replaces the old one at once, so that nobody
 * sees half a build; a second process waits for the first.
 * @param {string} root
 * @param {(line: string) => void} [log]
 * @returns {Promise<string>} path of dist
 */
export async function buildApp(root, log = () => {}) {
  const dist = join(root, 'dist');
  const stampFile = join(cacheFolder(root), 'dist.stamp');
  const isFresh = (/** @type {string} */ stamp) =>
    existsSync(join(dist, 'index.html')) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp;
  if (isFresh(fingerprint(root, SOURCES))) return dist;
  return await withLock(join(cacheFolder(root), 'build.lock'), async () => {
    const stamp = fingerprint(root, SOURCES);
    if (isFresh(stamp)) return dist;
    log('Building the app ...');
    const next = join(root, `dist-next-${process.pid}`);
    const vite = join(root, 'node_modules/vite/bin/vite.js');
    const { status, output } = await capture(
      process.execPath,
      [vite, 'build', '--outDir', next, '--emptyOutDir', '--logLevel', 'warn'],
      { cwd: root },
    );
    if (status !== 0) {
      rmSync(next, { recursive: true, force: true });
      throw new BuildError(`The build failed:\n${output.trim()}`);
    }
    rmSync(dist, { recursive: true, force: true });
    renameSync(next, dist);
    writeFileSync(stampFile, stamp);
    return dist;
  });
}

if (resolve(process.argv[1] ?? '') === fileURLToPath(import.meta.url)) {
  await buildApp(fileURLToPath(new URL('..', import.meta.url)), console.error);
}
