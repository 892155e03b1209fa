import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, fingerprint, withLock } from './cache.mjs';

/**
 * Makes a folder of the checkout with `make`, unless it is there and newer than its sources. The new one replaces the old one at once, so
 * that nobody sees half of it; a second process waits for the first.
 * @param {string} root
 * @param {string} name of the folder below root
 * @param {string[]} sources paths below root: all that it depends on
 * @param {(next: string) => Promise<void>} make fills a folder of this path; it need not exist yet
 * @returns {Promise<string>} path of the folder
 */
export async function builtFolder(root, name, sources, make) {
  const folder = join(root, name);
  const stampFile = join(cacheFolder(root), `${name}.stamp`);
  const isFresh = (/** @type {string} */ stamp) =>
    existsSync(folder) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp;
  if (isFresh(fingerprint(root, sources))) return folder;
  return await withLock(join(cacheFolder(root), `${name}.lock`), async () => {
    const stamp = fingerprint(root, sources);
    if (isFresh(stamp)) return folder;
    const next = join(root, `${name}-next-${process.pid}`);
    try {
      await make(next);
      rmSync(folder, { recursive: true, force: true });
      renameSync(next, folder);
    } finally {
      rmSync(next, { recursive: true, force: true });
    }
    writeFileSync(stampFile, stamp);
    return folder;
  });
}
