import { MixtabError } from '../../protocol/errors';
import type { ImportSource } from '../../protocol/library';

/** One file or folder keeps its handle, which outlives a reload; several files are taken as they are. */
async function fromHandles(handles: FileSystemHandle[]): Promise<ImportSource | null> {
  const known = handles.filter((handle) => handle instanceof FileSystemFileHandle || isFolder(handle));
  if (known.length === 1 && known[0]) return { kind: 'handle', handle: known[0] };
  const files = known.filter((handle) => handle instanceof FileSystemFileHandle);
  return files.length === 0
    ? null
    : { kind: 'files', files: await Promise.all(files.map((handle) => handle.getFile())) };
}

/** Opens the browser's chooser; null where it has none, `cancelled` where nothing was chosen. */
export async function pick(what: 'files' | 'folder'): Promise<ImportSource | 'cancelled' | null> {
  try {
    if (what === 'folder') {
      const folder = await window.showDirectoryPicker?.({ id: 'mixtab-model' });
      return folder ? { kind: 'handle', handle: folder } : null;
    }
    const handles = await window.showOpenFilePicker?.({ multiple: true });
    return handles ? await fromHandles(handles) : null;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return 'cancelled';
    return null; // A frame may have the function and not the right to it: the plain file input has no such limit.
  }
}

/** What an export is written to; null where nothing was chosen. */
export async function pickFolderToWrite(): Promise<FileSystemDirectoryHandle | null> {
  try {
    return (await window.showDirectoryPicker?.({ id: 'mixtab-export', mode: 'readwrite' })) ?? null;
  } catch {
    return null; // Cancelled, or a folder that the browser protects: it has said so itself.
  }
}

export function canExport(): boolean {
  return window.showDirectoryPicker !== undefined;
}

/** What was dropped. Rejects where it holds no file. Reads the event before it first waits: afterwards it is empty. */
export async function fromDrop(transfer: DataTransfer): Promise<ImportSource> {
  const items = [...transfer.items].filter(({ kind }) => kind === 'file');
  const handles = items.map((item) => item.getAsFileSystemHandle?.() ?? Promise.resolve(null));
  const entries = items.map((item) => item.webkitGetAsEntry?.() ?? null);
  const files = [...transfer.files];
  const opened = await Promise.all(handles.map((handle) => handle.catch(() => null)));
  const found = opened.flatMap((handle) => handle ?? []);
  const handled = found.length > 0 && found.length === items.length ? await fromHandles(found) : null;
  if (handled) return handled;
  const folders = entries.filter((entry) => entry?.isDirectory);
  const inside = await Promise.all(folders.map((folder) => (folder ? filesBelow(folder) : [])));
  const all = folders.length > 0 ? inside.flat() : files;
  if (all.length > 0) return { kind: 'files', files: all };
  throw new MixtabError('request-invalid', 'drop: expected a file or a folder, got none', 'Choose it instead.');
}

/** The files of a dropped folder, subfolders too, where there are only the older entries. */
async function filesBelow(entry: FileSystemEntry): Promise<File[]> {
  if (entry instanceof FileSystemFileEntry) return [await new Promise<File>((found, fail) => entry.file(found, fail))];
  if (!(entry instanceof FileSystemDirectoryEntry)) return [];
  const reader = entry.createReader();
  const files: File[] = [];
  for (;;) {
    // A reader hands out a folder in parts; an empty one is the last.
    const part = await new Promise<FileSystemEntry[]>((found, fail) => reader.readEntries(found, fail));
    if (part.length === 0) return files;
    for (const below of part) files.push(...(await filesBelow(below)));
  }
}

function isFolder(handle: FileSystemHandle): handle is FileSystemDirectoryHandle {
  return handle instanceof FileSystemDirectoryHandle;
}
