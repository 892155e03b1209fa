import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { MixtabError } from '../../src/protocol/errors';
import type { HeadlessModel } from '../headless/api';
import { convert } from './convert';
import { ggufFiles, isGguf } from './open-checkpoint';

export interface ModelSource {
  model: HeadlessModel;
  /** What the server must offer besides the app, by path. */
  mounts: Record<string, string>;
}

/**
 * What `--model SRC` names, as a pack that the engine can fetch. A Hugging Face folder or a GGUF file is converted, once, below
 * `packsDir`.
 * Throws `model-not-found`, `checkpoint-invalid` or what the conversion throws.
 */
export async function resolveModel(
  source: string,
  packsDir: string,
  log: (line: string) => void,
  note: (line: string) => void = log,
): Promise<ModelSource> {
  if (source === 'tiny') return { model: { id: 'tiny', path: '/models/tiny/' }, mounts: {} };
  const found = await stat(source).catch(() => null);
  if (!found) throw notFound(source, 'nothing of that name');
  if (!found.isDirectory()) {
    if (!isGguf(source)) throw notFound(source, 'a file');
    return await packSource(await convertOnce(source, ggufFiles(source), packsDir, log, note));
  }
  const files = await readdir(source);
  if (files.includes('manifest.json')) return await packSource(source);
  if (files.includes('config.json')) {
    const paths = files.sort().map((file) => join(source, file));
    return await packSource(await convertOnce(source, paths, packsDir, log, note));
  }
  throw notFound(source, 'a folder with neither manifest.json nor config.json');
}

/** The id holds a hash of the manifest: a folder whose pack was replaced must not meet the records of the old one in the cache. */
async function packSource(folder: string): Promise<ModelSource> {
  const manifest = await readFile(join(folder, 'manifest.json'));
  const name = basename(resolve(folder)).replace(/[^\w.-]+/g, '-');
  const id = `${name}-${createHash('sha256').update(manifest).digest('hex').slice(0, 12)}`;
  const path = `/packs/${id}/`;
  return { model: { id, path }, mounts: { [path]: resolve(folder) } };
}

async function convertOnce(
  source: string,
  files: string[],
  packsDir: string,
  log: (line: string) => void,
  note: (line: string) => void,
): Promise<string> {
  const hash = createHash('sha256').update(resolve(source));
  for (const file of files) {
    // One that is not there is named by the conversion.
    const found = await stat(file).catch(() => null);
    hash.update(`\0${basename(file)}\0${found?.size}\0${found?.mtimeMs}`);
  }
  const name = basename(resolve(source), '.gguf');
  const pack = join(packsDir, hash.digest('hex').slice(0, 16), name);
  if (await stat(join(pack, 'manifest.json')).catch(() => null)) return pack;
  log(`Converting ${source} to ${pack} ...`);
  // Built aside and renamed: a run that was cut off, or one beside it, never meets half a pack.
  const part = `${pack}.${process.pid}.part`;
  await mkdir(part, { recursive: true });
  try {
    await convert(source, part, { format: 'q4', name }, log, note);
    await rename(part, pack).catch(async (error: unknown) => {
      if (!(await stat(join(pack, 'manifest.json')).catch(() => null))) throw error;
    });
  } finally {
    await rm(part, { recursive: true, force: true });
  }
  return pack;
}

function notFound(source: string, got: string): MixtabError {
  return new MixtabError(
    'model-not-found',
    `--model ${source}: expected tiny, a pack folder, a Hugging Face folder or a .gguf file, got ${got}`,
    'Check the path; `mixtab run --model tiny` runs the embedded model.',
  );
}
