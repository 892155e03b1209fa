import { MixtabError } from '../protocol/errors';

/**
 * Spools on disk: below `mixtab-spool` of the origin private file system a folder each, in it the segments of a file. A segment is put
 * there wholly or not at all (`createWritable` swaps it in when it is closed), so it can be read by all while later ones are written, in
 * windows as in workers; FileSystemSyncAccessHandle would be for one worker alone.
 */
const FOLDER = 'mixtab-spool';

export interface SpoolFiles {
  /** Null while it is not there. */
  read(index: number, bytes: number): Promise<File | null>;
  write(index: number): Promise<FileSystemWritableFileStream>;
}

/** Whether this browser can keep spools. */
export function canSpool(): boolean {
  return (
    typeof navigator !== 'undefined' &&
    'locks' in navigator &&
    typeof navigator.storage?.getDirectory === 'function' &&
    'createWritable' in FileSystemFileHandle.prototype
  );
}

export async function spoolFiles(key: string): Promise<SpoolFiles> {
  return filesIn(await typed(async () => (await spools()).getDirectoryHandle(key, { create: true })));
}

export function filesIn(folder: FileSystemDirectoryHandle): SpoolFiles {
  return {
    async read(index, bytes) {
      const file = await folder.getFileHandle(`${index}`).then(
        (handle) => handle.getFile(),
        (error: unknown) => {
          if (error instanceof DOMException && error.name === 'NotFoundError') return null;
          throw error;
        },
      );
      return file?.size === bytes ? file : null;
    },
    write: (index) => typed(async () => (await folder.getFileHandle(`${index}`, { create: true })).createWritable()),
  };
}

/** Held, shared, by everyone who has a spool open. */
export const lockOf = (key: string): string => `${FOLDER}/${key}/use`;

/** Removes a spool, or all, except what someone has open. */
export async function clearSpools(only?: string): Promise<void> {
  const folder = await spools();
  for await (const key of folder.keys()) {
    if (only !== undefined && key !== only) continue;
    await navigator.locks.request(lockOf(key), { ifAvailable: true }, async (lock) => {
      if (lock) await folder.removeEntry(key, { recursive: true });
    });
  }
}

/** What storing throws, as an error that says what to do. */
export async function typed<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const name = error instanceof DOMException ? error.name : String(error);
    if (name === 'QuotaExceededError') {
      throw new MixtabError(
        'storage-full',
        'keeping the file: expected room for all of it besides the model, got a full storage',
        'This host serves files only as a whole. Free disk space, or download the file and choose it from disk, which needs no room here.',
        {},
        error,
      );
    }
    throw new MixtabError(
      'storage-failed',
      `keeping the file: expected this site's file system to take it, got ${name}`,
      'This host serves files only as a whole, and this browser cannot keep it: download the file and choose it from disk.',
      { reason: name },
      error,
    );
  }
}

async function spools(): Promise<FileSystemDirectoryHandle> {
  return (await navigator.storage.getDirectory()).getDirectoryHandle(FOLDER, { create: true });
}
