import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { MixtabError } from '../../src/protocol/errors';
import type { HeadlessModel } from '../headless/api';
import { ggufFiles, isGguf } from './open-checkpoint';

export interface ModelSource {
  model: HeadlessModel;
  /** What the server must offer besides the app: folders or files, by path. */
  mounts: Record<string, string>;
}

/**
 * What `--model SRC` names, as the headless page loads it: a pack is fetched, a checkpoint is imported as in the app, float weights as
 * `format`. Throws `model-not-found`.
 */
export async function resolveModel(source: string, format: 'q4' | 'q8'): Promise<ModelSource> {
  if (source === 'tiny') return { model: { id: 'tiny', path: '/models/tiny/' }, mounts: {} };
  const found = await stat(source).catch(() => null);
  if (!found) throw notFound(source, 'nothing of that name');
  if (!found.isDirectory()) {
    if (!isGguf(source)) throw notFound(source, 'a file');
    const files = ggufFiles(source);
    const id = await importId(source, files, format);
    const mounts = Object.fromEntries(files.map((file) => [`/imports/${id}/${basename(file)}`, resolve(file)]));
    return { model: { id, importFrom: `/imports/${id}/${encodeURIComponent(basename(source))}`, format }, mounts };
  }
  const files = await readdir(source);
  if (files.includes('manifest.json')) return await packSource(source);
  if (files.includes('config.json')) {
    const paths = files.sort().map((file) => join(source, file));
    const id = await importId(source, paths, format);
    return { model: { id, importFrom: `/imports/${id}/`, format }, mounts: { [`/imports/${id}/`]: resolve(source) } };
  }
  throw notFound(source, 'a folder with neither manifest.json nor config.json');
}

/** The id holds a hash of the manifest: a folder whose pack was replaced must not meet the records of the old one in the cache. */
async function packSource(folder: string): Promise<ModelSource> {
  const manifest = await readFile(join(folder, 'manifest.json'));
  const id = idOf(folder, createHash('sha256').update(manifest).digest('hex'));
  const path = `/packs/${id}/`;
  return { model: { id, path }, mounts: { [path]: resolve(folder) } };
}

/** Of the files as they are now: once one has changed, what a profile holds of the old ones is not taken for it. */
async function importId(source: string, files: string[], format: string): Promise<string> {
  const hash = createHash('sha256').update(`${resolve(source)}\0${format}`);
  for (const file of files) {
    // One that is not there is named by the import.
    const found = await stat(file).catch(() => null);
    hash.update(`\0${basename(file)}\0${found?.size}\0${found?.mtimeMs}`);
  }
  return idOf(basename(source, '.gguf'), hash.digest('hex'));
}

const idOf = (source: string, hash: string): string =>
  `${basename(resolve(source)).replace(/[^\w.-]+/g, '-')}-${hash.slice(0, 12)}`;

function notFound(source: string, got: string): MixtabError {
  return new MixtabError(
    'model-not-found',
    `--model ${source}: expected tiny, a pack folder, a Hugging Face folder or a .gguf file, got ${got}`,
    'Check the path; `mixtab run --model tiny` runs the embedded model.',
  );
}
