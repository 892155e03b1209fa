import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/**
 * Where this checkout keeps what it builds for itself.
 * @param {string} root
 */
export function cacheFolder(root) {
  const folder = join(root, 'node_modules/.cache/mixtab');
  mkdirSync(folder, { recursive: true });
  return folder;
}

/**
 * Hash over names, sizes and times of files and of all files below folders. What does not exist counts as empty.
 * @param {string} root
 * @param {string[]} paths relative to root
 * @returns {string} 16 hex digits
 */
export function fingerprint(root, paths) {
  const hash = createHash('sha256');
  const visit = (/** @type {string} */ path) => {
    const full = join(root, path);
    const stat = statSync(full, { throwIfNoEntry: false });
    if (stat?.isDirectory()) {
      for (const name of readdirSync(full).sort()) visit(join(path, name));
    } else if (stat) {
      hash.update(`${path}\0${stat.size}\0${stat.mtimeMs}\n`);
    }
  };
  paths.forEach(visit);
  return hash.digest('hex').slice(0, 16);
}

/**
 * Runs `work` while no other process runs under the same lock. The lock of a process that is gone is taken over.
 * @template T
 * @param {string} folder the lock: a folder that exists while it is held
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(folder, work) {
  while (!take(folder)) await wait(100);
  try {
    return await work();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {string} folder */
function take(folder) {
  const owner = join(folder, 'pid');
  try {
    mkdirSync(folder);
    writeFileSync(owner, String(process.pid));
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
  }
  // Between mkdir and write there is no owner yet: give it a second before it counts as dead.
  const made = statSync(folder, { throwIfNoEntry: false });
  if (made && Date.now() - made.mtimeMs > 1000 && !isAlive(owner)) rmSync(folder, { recursive: true, force: true });
  return false;
}

/** @param {string} owner */
function isAlive(owner) {
  try {
    process.kill(Number(readFileSync(owner, 'utf8')), 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}
