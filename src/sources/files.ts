import { throwIfAborted } from '../lib/abort';
import { MixtabError } from '../protocol/errors';
import type { SourceFile, SourceFolder } from './opened-source';
import { nothingFound, sourceChanged } from './source-errors';

/** Files that were chosen or dropped: one, the parts of one, or those of a folder. */
export function filesFolder(files: File[], named: string | undefined, signal: AbortSignal | undefined): SourceFolder {
  const byPath = new Map(files.map((file) => [pathBelow(file), file]));
  const [first] = files;
  if (first === undefined) throw nothingFound('the choice', 'a file');
  const name = first.webkitRelativePath.split('/')[0] || first.name;
  return {
    name,
    label: name,
    revision: '',
    files: [...byPath.keys()],
    named: named ?? null,
    async open(path) {
      const file = byPath.get(path);
      return file ? chosenFile(file, path, signal) : null;
    },
    spoolBytes: () => 0,
    close: async () => {},
  };
}

/** A File as a source. The browser itself refuses to read one that changed since it was chosen. */
export function chosenFile(file: File, name: string, signal: AbortSignal | undefined): SourceFile {
  return {
    name,
    size: file.size,
    tag: `${file.lastModified}`,
    async read(offset, length, readSignal) {
      throwIfAborted(signal);
      throwIfAborted(readSignal);
      const bytes = await file
        .slice(offset, offset + length)
        .arrayBuffer()
        .catch((error: unknown) => {
          throw fileError(name, error);
        });
      if (bytes.byteLength !== length) {
        throw sourceChanged(name, `${length} bytes at ${offset}`, `${bytes.byteLength}`);
      }
      return new Uint8Array(bytes);
    },
  };
}

/** What the browser throws for a file of the user's as an error that says what to do. */
export function fileError(name: string, error: unknown): MixtabError {
  const cause = error instanceof DOMException ? error.name : String(error);
  if (cause === 'NotAllowedError' || cause === 'SecurityError') {
    return new MixtabError(
      'source-denied',
      `${name}: expected leave to read it, got ${cause}`,
      'Allow this site to read the file again, or choose it anew.',
      { file: name, needs: 'permission' },
      error,
    );
  }
  return new MixtabError(
    'source-changed',
    `${name}: expected the file as it was chosen, got ${cause}`,
    'The file was changed, moved or removed, or its drive is gone: choose it anew.',
    { file: name },
    error,
  );
}

/** Path from the top of the folder; of files chosen one by one their names. */
function pathBelow(file: File): string {
  return file.webkitRelativePath.replace(/^[^/]*\//, '') || file.name;
}
