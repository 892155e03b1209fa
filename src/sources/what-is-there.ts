import { ggufParts } from '../checkpoint/gguf-split';
import { readText } from '../checkpoint/json-file';
import { isObject } from '../lib/json';
import type { OpenedSource, SourceFolder } from './opened-source';
import { nothingFound } from './source-errors';

type Found = Pick<OpenedSource, 'kind' | 'file' | 'choices'>;

const HF: Found = { kind: 'checkpoint', file: null, choices: [] };
const PACK: Found = { kind: 'pack', file: null, choices: [] };

/**
 * Tells what a folder holds: a pack, a .gguf model or a Hugging Face folder. A repository of GGUF files often has a config.json too, so
 * that alone makes no Hugging Face folder where the files can be listed. Throws `model-not-found`.
 */
export async function whatIsThere(folder: SourceFolder): Promise<Found> {
  const { files, named } = folder;
  if (named?.endsWith('.gguf')) {
    if ((await folder.open(named)) === null) throw nothingFound(folder.label, named);
    return { kind: 'checkpoint', file: named, choices: [] };
  }
  const has = (file: string): boolean => files === null || files.includes(file);
  if (has('manifest.json') && (await isPack(folder))) return PACK;
  if (files !== null) {
    const models = ggufModels(files);
    if (files.includes('config.json') && (models.length === 0 || files.some((f) => f.endsWith('.safetensors'))))
      return HF;
    const [first] = models;
    if (first !== undefined) {
      // Now, so that its identity is known. Where this part of a split file is missing, its reader says so.
      await folder.open(first);
      return { kind: 'checkpoint', file: first, choices: models.length > 1 ? models : [] };
    }
  } else if ((await folder.open('config.json')) !== null) return HF;
  else if (named !== null && (await isGguf(folder, named))) return { kind: 'checkpoint', file: named, choices: [] };
  throw folder.denied?.() ?? nothingFound(folder.label, 'manifest.json, config.json or a .gguf file');
}

/** First parts of the models, in order. An `mmproj` file is the eyes of another model, no language model. */
export function ggufModels(files: string[]): string[] {
  const models = files.filter((file) => file.endsWith('.gguf') && !/(^|\/)mmproj[^/]*$/i.test(file));
  return [...new Set(models.map((file) => ggufParts(file)[0] as string))].sort();
}

/** Web apps have a manifest.json of another kind. */
async function isPack(folder: SourceFolder): Promise<boolean> {
  const text = await readText(folder, 'manifest.json').catch((error: unknown) => {
    if ((error as { code?: unknown }).code === 'checkpoint-invalid') return null;
    throw error;
  });
  if (text === null) return false;
  try {
    const json: unknown = JSON.parse(text);
    return isObject(json) && json.format === 'mixtab-pack';
  } catch {
    return false;
  }
}

/** Of an address that does not say what it leads to. */
async function isGguf(folder: SourceFolder, file: string): Promise<boolean> {
  const source = await folder.open(file);
  if (source === null || source.size < 4) return false;
  return new TextDecoder('latin1').decode(await source.read(0, 4)) === 'GGUF';
}
