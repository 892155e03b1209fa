import { throwIfAborted } from '../lib/abort';
import { forEachInFlight } from '../lib/in-flight';
import { sameJson } from '../lib/json';
import { type Manifest, packBytes, type RecordEntry, recordPath } from '../pack/manifest';
import { MixtabError } from '../protocol/errors';
import { type BufferPool, bufferPool } from './buffer-pool';
import type { ModelStore } from './model-store';
import { isBroken } from './store-errors';
import { type TaskOptions, taskMeter } from './task-meter';
import { verifiedPieces } from './verified-pieces';

const MANIFEST = 'manifest.json';
/** While one record is read and hashed another is written. */
const IN_FLIGHT = 2;

/**
 * Writes a stored pack as a folder, as docs/formats.md section 1 has it: the records, each verified on its way, and the manifest last. An export
 * that was cut off goes on: a file that is there and right is kept. A folder that holds anything else is refused with `request-invalid`, untouched.
 * Rejects with `record-broken`, `aborted`, and, for what the folder's disk does, `storage-full` or `storage-failed`.
 */
export async function exportPack(
  store: ModelStore,
  manifest: Manifest,
  folder: FileSystemDirectoryHandle,
  { onProgress, signal }: TaskOptions = {},
): Promise<void> {
  throwIfAborted(signal);
  await onDisk(folder, checkFolder(folder, manifest));
  const pool = bufferPool(manifest.pieceBytes, IN_FLIGHT);
  const report = taskMeter(packBytes(manifest), onProgress);
  await forEachInFlight(manifest.records, IN_FLIGHT, signal, async (record, stop) => {
    const file = await onDisk(folder, fileAt(folder, recordPath(record.name)));
    const there = await onDisk(folder, file.getFile());
    if (await isRight(record, there, manifest.pieceBytes, pool, stop)) return report(record.bytes);
    const writable = await onDisk(folder, file.createWritable());
    try {
      const blob = await store.get(record);
      for await (const piece of verifiedPieces(record, blob, manifest.pieceBytes, pool, { signal: stop })) {
        await onDisk(folder, writable.write(piece));
        report(piece.byteLength);
      }
      // The file is there, whole, from this moment on.
      await onDisk(folder, writable.close());
    } catch (error) {
      await writable.abort().catch(() => {}); // What it failed with is thrown; a stream that has failed cannot be aborted.
      throw error;
    }
  });
  const file = await onDisk(folder, fileAt(folder, MANIFEST));
  const writable = await onDisk(folder, file.createWritable());
  await onDisk(folder, writable.write(`${JSON.stringify(manifest)}\n`));
  await onDisk(folder, writable.close());
}

/** That the folder holds nothing but files that this export writes, and no other pack's manifest. */
async function checkFolder(folder: FileSystemDirectoryHandle, manifest: Manifest): Promise<void> {
  const ours = new Set([MANIFEST, ...manifest.records.map(({ name }) => recordPath(name))]);
  for await (const path of filesOf(folder, '')) {
    // What an export that was cut off leaves in Chromium beside the file that it was writing.
    if (!ours.has(path.replace(/(\.\d+)?\.crswap$/, ''))) throw notEmpty(folder, path);
  }
  const written = await fileAt(folder, MANIFEST, false).catch(() => null);
  if (written && !sameJson(parsed(await (await written.getFile()).text()), manifest)) {
    throw notEmpty(folder, `the ${MANIFEST} of another model`);
  }
}

/** Paths of all files below a folder, but those that a desktop hides. */
async function* filesOf(folder: FileSystemDirectoryHandle, path: string): AsyncGenerator<string> {
  for await (const [name, handle] of folder.entries()) {
    if (name.startsWith('.')) continue;
    if (handle.kind === 'file') yield path + name;
    else yield* filesOf(handle, `${path}${name}/`);
  }
}

async function fileAt(folder: FileSystemDirectoryHandle, path: string, create = true): Promise<FileSystemFileHandle> {
  const names = path.split('/');
  const name = names.pop() ?? '';
  let inner = folder;
  for (const directory of names) inner = await inner.getDirectoryHandle(directory, { create });
  return inner.getFileHandle(name, { create });
}

async function isRight(
  record: RecordEntry,
  file: File,
  pieceBytes: number,
  pool: BufferPool,
  signal: AbortSignal,
): Promise<boolean> {
  if (file.size !== record.bytes) return false;
  try {
    for await (const _ of verifiedPieces(record, file, pieceBytes, pool, { signal }));
    return true;
  } catch (error) {
    if (isBroken(error)) return false;
    throw error;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Gives what a folder refuses its type. */
async function onDisk<T>(folder: FileSystemDirectoryHandle, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof MixtabError) throw error;
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    const full = error instanceof DOMException && error.name === 'QuotaExceededError';
    throw new MixtabError(
      full ? 'storage-full' : 'storage-failed',
      `writing to ${folder.name}: expected the browser to do it, got ${reason}`,
      full
        ? 'Make room on that disk and export into the same folder again: what was written is kept.'
        : 'Check that the folder is still there and may be written, then export into it again: what was written is kept.',
      {},
      error,
    );
  }
}

function notEmpty(folder: FileSystemDirectoryHandle, found: string): MixtabError {
  return new MixtabError(
    'request-invalid',
    `exporting to ${folder.name}: expected an empty folder or one with a part of this model, got ${found}`,
    'Choose an empty folder.',
    { found },
  );
}
