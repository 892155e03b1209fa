import { chosenFile, fileError } from './files';
import type { SourceFolder } from './opened-source';

/** A file or folder of the File System Access API. Leave to read it is asked for by the page; here it is there or `source-denied`. */
export async function handleFolder(
  handle: FileSystemFileHandle | FileSystemDirectoryHandle,
  named: string | undefined,
  signal: AbortSignal | undefined,
): Promise<SourceFolder> {
  const found = new Map<string, FileSystemFileHandle>();
  try {
    if (isFile(handle)) found.set(handle.name, handle);
    else await list(handle, '', found);
  } catch (error) {
    throw fileError(handle.name, error);
  }
  return {
    name: handle.name,
    label: handle.name,
    revision: '',
    files: [...found.keys()],
    named: named ?? null,
    async open(path) {
      const file = found.get(path);
      if (!file) return null;
      try {
        return chosenFile(await file.getFile(), path, signal);
      } catch (error) {
        throw fileError(path, error);
      }
    },
    spoolBytes: () => 0,
    close: async () => {},
  };
}

/** As deep as a pack's records lie: a folder chosen by mistake can hold a whole disk. */
const MAX_DEPTH = 3;

async function list(
  folder: FileSystemDirectoryHandle,
  path: string,
  found: Map<string, FileSystemFileHandle>,
): Promise<void> {
  for await (const entry of folder.values()) {
    const name = path + entry.name;
    if (isFile(entry)) found.set(name, entry);
    else if (name.split('/').length < MAX_DEPTH) await list(entry, `${name}/`, found);
  }
}

const isFile = (handle: FileSystemFileHandle | FileSystemDirectoryHandle): handle is FileSystemFileHandle =>
  handle.kind === 'file';
