import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { blobSource, type FileFolder } from '../../src/lib/byte-source';

/** A checkpoint in memory, for tests that break it in one place. */
export type CheckpointFiles = Map<string, Uint8Array<ArrayBuffer>>;

export function fixturePath(model: 'a' | 'b'): string {
  return fileURLToPath(new URL(`../fixtures/refs/${model}`, import.meta.url));
}

/** The files of tests/fixtures/refs/`model`. */
export async function checkpointFiles(model: 'a' | 'b'): Promise<CheckpointFiles> {
  const folder = fixturePath(model);
  const files: CheckpointFiles = new Map();
  for (const name of await readdir(folder)) files.set(name, Uint8Array.from(await readFile(`${folder}/${name}`)));
  return files;
}

export function folderOf(files: CheckpointFiles): FileFolder {
  return {
    name: 'model',
    async open(name) {
      const bytes = files.get(name);
      return bytes ? blobSource(new Blob([bytes]), name) : null;
    },
  };
}

export function setText(files: CheckpointFiles, name: string, text: string): void {
  files.set(name, new TextEncoder().encode(text));
}

/** Changes a JSON file by what `change` does to its parsed form. */
export function changeJson(
  files: CheckpointFiles,
  name: string,
  change: (json: Record<string, unknown>) => void,
): void {
  const json: Record<string, unknown> = JSON.parse(new TextDecoder().decode(files.get(name)));
  change(json);
  setText(files, name, JSON.stringify(json));
}

/** Renames a tensor or changes a number in a safetensors header. The texts must be equally long, as offsets do not move. */
export function replaceInHeader(files: CheckpointFiles, name: string, from: string, to: string): void {
  const bytes = files.get(name);
  if (!bytes || from.length !== to.length) throw new Error(`${name}: cannot replace ${from} by ${to}`);
  const at = new TextDecoder('latin1').decode(bytes.subarray(0, 16384)).indexOf(from);
  if (at < 0) throw new Error(`${name}: no ${from}`);
  bytes.set(new TextEncoder().encode(to), at);
}
