import { appendFile, mkdir, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readJson } from '../../src/checkpoint/json-file';
import { MixtabError } from '../../src/protocol/errors';
import { errno, fileError, nodeFolder } from './node-source';

/** What a pack folder may hold: a card, and what a conversion writes. */
const OURS = ['README.md', 'manifest.json', 'dense', 'expert'];

/** An old pack, or what a run that was cut off left of one, is replaced; a folder that holds anything else is not ours to fill. */
export async function preparePackFolder(out: string): Promise<void> {
  try {
    await mkdir(out, { recursive: true });
    const other = (await readdir(out)).find((file) => !OURS.includes(file)) ?? (await foreignManifest(out));
    if (other !== null) {
      throw new MixtabError(
        'request-invalid',
        `${out}: expected an empty folder or a pack, got ${other} in it`,
        'Choose another folder.',
        { out },
      );
    }
    // The manifest goes first: from here on the folder is no whole pack.
    for (const old of ['manifest.json', 'dense', 'expert']) await rm(join(out, old), { recursive: true, force: true });
  } catch (error) {
    throw error instanceof MixtabError ? error : fileError(out, error);
  }
}

/** Many things are called manifest.json. */
async function foreignManifest(out: string): Promise<string | null> {
  const manifest = await readJson(nodeFolder(out), 'manifest.json');
  return manifest === null || manifest.format === 'mixtab-pack' ? null : 'the manifest.json of something else';
}

/** The folder was cleared of what was there before. */
export async function append(path: string, data: Uint8Array | string): Promise<void> {
  try {
    await appendFile(path, data);
  } catch (error) {
    if (errno(error) !== 'ENOENT') throw fileError(path, error);
    await mkdir(dirname(path), { recursive: true });
    await appendFile(path, data);
  }
}
