import type { DraftFile, Drafts, Refusal } from './composer-drafts';

/** Largest file that is read, bytes. Far more than a context holds; what is larger was hardly meant as a text to talk about. */
export const MOST_FILE_BYTES = 1_000_000;

/** Reads chosen files into a draft, those that are texts. What is not taken stands beside them, with the reason. */
export async function attach(drafts: Drafts, key: string, files: readonly File[]): Promise<void> {
  const read = await Promise.all(files.map(readText));
  const before = drafts.of(key).files;
  const taken = read.filter((file) => 'text' in file);
  const fresh = taken.filter((file) => !before.some(({ name, text }) => name === file.name && text === file.text));
  const refusals = read.filter((file) => 'reason' in file);
  drafts.change(key, { files: [...before, ...fresh], refusals });
}

/** A file's text. What it holds decides, not its name: UTF-8 without the control characters that no text has. */
export async function readText(file: File): Promise<DraftFile | Refusal> {
  const { name, size: bytes } = file;
  const refuse = (reason: Refusal['reason']): Refusal => ({ name, bytes, reason });
  if (bytes === 0) return refuse('empty');
  if (bytes > MOST_FILE_BYTES) return refuse('too-large');
  let found: Uint8Array;
  try {
    found = new Uint8Array(await file.arrayBuffer());
  } catch {
    return refuse('unreadable'); // Gone or changed since it was chosen, or a folder.
  }
  if (found.some(isBinary)) return refuse('binary');
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(found).replace(/\r\n?/g, '\n');
    return text.trim() === '' ? refuse('empty') : { name, text, bytes };
  } catch {
    return refuse('binary');
  }
}

/** Bytes that stand in no text: control characters but tab, line feed, form feed, carriage return and escape (of coloured logs). */
function isBinary(byte: number): boolean {
  return byte < 0x20 && !(byte >= 0x09 && byte <= 0x0d && byte !== 0x0b) && byte !== 0x1b;
}

/** Names of weights, which are a model's. */
const WEIGHTS = /\.(gguf|safetensors)(\.index\.json)?$/i;

/** The files of a drop that is meant for the chat; null where it is a model's. Read at once: later the event is empty. */
export function droppedTexts(transfer: DataTransfer): File[] | null {
  const files = [...transfer.files];
  const hasFolder = [...transfer.items].some((item) => item.webkitGetAsEntry?.()?.isDirectory);
  // An open dialog covers the chat: what is dropped is for the models.
  const isCovered = document.querySelector('dialog[open]') !== null;
  return files.length === 0 || hasFolder || isCovered || files.some(({ name }) => WEIGHTS.test(name)) ? null : files;
}
