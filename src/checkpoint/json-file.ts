import type { FileFolder } from '../lib/byte-source';
import { isObject, show } from '../lib/json';
import { MixtabError } from '../protocol/errors';

/** Texts of a model folder are small; a tokenizer.json of 256,000 entries has about 35 MB. */
const MAX_TEXT_BYTES = 256 * 1024 * 1024;

/** A small file of a folder, whole, or null when it is not there. */
export async function readBytes(
  folder: FileFolder,
  file: string,
  maxBytes = MAX_TEXT_BYTES,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const source = await folder.open(file);
  if (source === null) return null;
  if (source.size > maxBytes) throw invalid(file, `at most ${maxBytes} bytes`, `${source.size}`);
  return await source.read(0, source.size);
}

/** A text file of a folder, or null when it is not there. */
export async function readText(folder: FileFolder, file: string, maxBytes = MAX_TEXT_BYTES): Promise<string | null> {
  const bytes = await readBytes(folder, file, maxBytes);
  if (bytes === null) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) throw invalid(file, 'UTF-8 text', 'other bytes');
    throw error;
  }
}

/** A JSON object of a folder, or null when there is no such file. */
export async function readJson(
  folder: FileFolder,
  file: string,
  maxBytes = MAX_TEXT_BYTES,
): Promise<Record<string, unknown> | null> {
  const text = await readText(folder, file, maxBytes);
  return text === null ? null : parseObject(text, file);
}

export function parseObject(text: string, file: string): Record<string, unknown> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw invalid(file, 'JSON', 'something else');
  }
  if (!isObject(json)) throw invalid(file, 'a JSON object', show(json));
  return json;
}

function invalid(file: string, expected: string, got: string): MixtabError {
  return new MixtabError(
    'checkpoint-invalid',
    `${file}: expected ${expected}, got ${got}`,
    'Download the file again from where the model came from.',
    { file },
  );
}
