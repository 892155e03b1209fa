import { MixtabError } from '../../protocol/errors';
import { formatBytes } from '../../ui/format';

/** Longer texts would take minutes to cut into tokens. */
export const MOST_TEXT = 1_000_000;

/** A file as a text of its own domain, named after it. Throws `request-invalid` where it is too large or no UTF-8 text. */
export async function readTextFile(file: File): Promise<{ name: string; text: string }> {
  if (file.size > MOST_TEXT) {
    throw invalid(file, `at most ${formatBytes(MOST_TEXT)}`, formatBytes(file.size), 'Drop a part of it.');
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(await file.arrayBuffer());
    if (!text.includes('\0')) return { name: file.name.replace(/\.[^.]+$/, ''), text };
  } catch {
    // Said below.
  }
  throw invalid(file, 'a text in UTF-8', 'other bytes', 'Save it as plain text (UTF-8) and drop it again.');
}

function invalid({ name }: File, expected: string, got: string, hint: string): MixtabError {
  return new MixtabError('request-invalid', `${name}: expected ${expected}, got ${got}.`, hint);
}
