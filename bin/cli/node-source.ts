import { open, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { ByteSource, FileFolder } from '../../src/lib/byte-source';
import { MixtabError } from '../../src/protocol/errors';

/** A file on disk as a byte source; null when there is none. Opens it for each read: a checkpoint has few files and large reads. */
export async function fileSource(path: string): Promise<ByteSource | null> {
  const size = await fileSize(path);
  if (size === null) return null;
  const name = basename(path);
  return {
    name,
    size,
    async read(offset, length) {
      const handle = await open(path).catch((error: unknown) => {
        throw fileError(path, error);
      });
      try {
        const bytes = new Uint8Array(length);
        for (let done = 0; done < length; ) {
          const { bytesRead } = await handle.read(bytes, done, length - done, offset + done);
          if (bytesRead === 0) throw cutShort(name, offset + length, offset + done);
          done += bytesRead;
        }
        return bytes;
      } finally {
        await handle.close();
      }
    },
  };
}

export function nodeFolder(path: string): FileFolder {
  return { name: basename(resolve(path)), open: (file) => fileSource(join(path, file)) };
}

/** Bytes of a plain file, null when there is none. */
async function fileSize(path: string): Promise<number | null> {
  try {
    const found = await stat(path);
    return found.isFile() ? found.size : null;
  } catch (error) {
    if (errno(error) === 'ENOENT' || errno(error) === 'ENOTDIR') return null;
    throw fileError(path, error);
  }
}

/** A failure of the file system as an error that says what to do. */
export function fileError(path: string, error: unknown): MixtabError {
  const code = errno(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new MixtabError(
      'storage-full',
      `${path}: expected room on the disk, got ${code}`,
      'Free some space or choose another folder.',
      { path },
      error,
    );
  }
  return new MixtabError(
    'storage-failed',
    `${path}: expected a file that can be read or written, got ${code}`,
    'Check the path and its permissions.',
    { path },
    error,
  );
}

export function errno(error: unknown): string {
  return (error as { code?: string } | null)?.code ?? String(error);
}

function cutShort(name: string, expected: number, got: number): MixtabError {
  return new MixtabError(
    'checkpoint-invalid',
    `${name}: expected ${expected} bytes, got ${got}`,
    'The file changed or is cut short: download it again.',
    { file: name },
  );
}
