import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { cacheFolder, fingerprint } from './cache.mjs';

const HOUR_MS = 3_600_000;

/**
 * Bundles a TypeScript entry for Node, packages left out, unless a bundle of the same sources is there.
 * @param {string} root
 * @param {string} entry path below root
 * @param {string} name of the bundle
 * @returns {Promise<string>} path of the bundle
 */
export async function bundle(root, entry, name) {
  const folder = cacheFolder(root);
  const stampFile = join(folder, `${name}.json`);
  if (existsSync(stampFile)) {
    const { sources, stamp, file } = JSON.parse(readFileSync(stampFile, 'utf8'));
    if (existsSync(join(folder, file)) && fingerprint(root, sources) === stamp) return join(folder, file);
  }
  const { rolldown } = await import('rolldown');
  const build = await rolldown({
    input: join(root, entry),
    platform: 'node',
    external: (id) => !/^[./]|^[A-Za-z]:[\\/]/.test(id),
    logLevel: 'warn',
  });
  const { output } = await build.generate({ format: 'esm', sourcemap: 'inline', codeSplitting: false });
  await build.close();
  const [chunk] = output;
  const sources = [
    ...chunk.moduleIds.filter((id) => existsSync(id)).map((id) => relative(root, id)),
    'package-lock.json',
  ];
  const file = `${name}-${createHash('sha256').update(chunk.code).digest('hex').slice(0, 12)}.mjs`;
  writeWhole(join(folder, file), chunk.code);
  writeWhole(stampFile, JSON.stringify({ sources, stamp: fingerprint(root, sources), file }));
  dropOld(folder, name, file);
  return join(folder, file);
}

/** Another process may read the file meanwhile: it sees the old text or the new, never a part. */
function writeWhole(/** @type {string} */ file, /** @type {string} */ text) {
  const next = `${file}.${process.pid}`;
  writeFileSync(next, text);
  renameSync(next, file);
}

/**
 * @param {string} folder
 * @param {string} name
 * @param {string} current
 */
function dropOld(folder, name, current) {
  for (const file of readdirSync(folder)) {
    if (!file.startsWith(`${name}-`) || file === current) continue;
    const stat = statSync(join(folder, file), { throwIfNoEntry: false });
    if (stat && Date.now() - stat.mtimeMs > HOUR_MS) rmSync(join(folder, file), { force: true });
  }
}
