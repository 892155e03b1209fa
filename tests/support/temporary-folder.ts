import { onTestFinished } from 'vitest';

/** A real directory of the origin's private file system, gone when the test ends. */
export async function temporaryFolder(): Promise<FileSystemDirectoryHandle> {
  const root = await navigator.storage.getDirectory();
  const name = `test-${crypto.randomUUID()}`;
  onTestFinished(() => root.removeEntry(name, { recursive: true }));
  return root.getDirectoryHandle(name, { create: true });
}

/** All files below a folder, by path. */
export async function filesOf(folder: FileSystemDirectoryHandle): Promise<Map<string, File>> {
  const files = new Map<string, File>();
  for await (const [name, handle] of folder.entries()) {
    if (handle.kind === 'file') files.set(name, await handle.getFile());
    else for (const [path, file] of await filesOf(handle)) files.set(`${name}/${path}`, file);
  }
  return files;
}

export async function writeFile(folder: FileSystemDirectoryHandle, path: string, data: BlobPart): Promise<void> {
  const names = path.split('/');
  const name = names.pop() ?? '';
  let inner = folder;
  for (const directory of names) inner = await inner.getDirectoryHandle(directory, { create: true });
  const writable = await (await inner.getFileHandle(name, { create: true })).createWritable();
  await writable.write(new Blob([data]));
  await writable.close();
}
