import { expect, onTestFinished, test } from 'vitest';
import type { FileSource } from '../protocol/library';
import { openSource } from './open-source';

/** A folder of the origin's own file system, which reads as one of the user's does, until the test ends. */
async function temporaryFolder(files: Record<string, string>): Promise<FileSystemDirectoryHandle> {
  const root = await navigator.storage.getDirectory();
  const name = `test-${crypto.randomUUID()}`;
  const folder = await root.getDirectoryHandle(name, { create: true });
  onTestFinished(() => root.removeEntry(name, { recursive: true }));
  for (const [path, text] of Object.entries(files)) await write(folder, path, text);
  return folder;
}

async function write(folder: FileSystemDirectoryHandle, path: string, text: string): Promise<void> {
  const [first = '', ...rest] = path.split('/');
  if (rest.length > 0) return write(await folder.getDirectoryHandle(first, { create: true }), rest.join('/'), text);
  const writable = await (await folder.getFileHandle(first, { create: true })).createWritable();
  await writable.write(text);
  await writable.close();
}

const chosen = (names: string[], file?: string): FileSource => ({
  kind: 'files',
  files: names.map((name) => new File([name], name)),
  file,
});

const textOf = async (source: Awaited<ReturnType<typeof openSource>>, path: string): Promise<string | null> => {
  const file = await source.folder.open(path);
  return file && new TextDecoder().decode(await file.read(0, file.size));
};

test('chosen files: one GGUF, the parts of one, several, a Hugging Face folder, nothing of use', async () => {
  expect(await openSource(chosen(['m.gguf']))).toMatchObject({
    kind: 'checkpoint',
    file: 'm.gguf',
    choices: [],
    label: 'm.gguf',
  });
  const parts = ['m-00002-of-00002.gguf', 'm-00001-of-00002.gguf'];
  expect(await openSource(chosen(parts))).toMatchObject({ file: 'm-00001-of-00002.gguf', choices: [] });
  const several = ['b.gguf', ...parts, 'a.gguf', 'mmproj-a.gguf'];
  const choices = ['a.gguf', 'b.gguf', 'm-00001-of-00002.gguf'];
  expect(await openSource(chosen(several))).toMatchObject({ file: 'a.gguf', choices });
  expect(await openSource(chosen(several, 'b.gguf'))).toMatchObject({ file: 'b.gguf', choices: [] });
  const shards = ['config.json', 'model.safetensors', 'm.gguf'];
  expect(await openSource(chosen(shards))).toMatchObject({ kind: 'checkpoint', file: null });
  for (const nothing of [[], ['notes.txt']]) {
    await expect(openSource(chosen(nothing))).rejects.toMatchObject({ code: 'model-not-found' });
  }
});

test('a folder, as a handle and as the files of a file input, is read by paths from its top', async () => {
  const files = { 'manifest.json': '{"format":"mixtab-pack"}', 'dense/0.bin': 'dense', 'expert/1/2.bin': 'expert' };
  const handle = await temporaryFolder(files);
  const listed = Object.entries(files).map(([path, text]) => {
    const file = new File([text], path.split('/').at(-1) ?? '');
    // As browsers do for <input webkitdirectory>; scripts cannot give a File a path otherwise.
    Object.defineProperty(file, 'webkitRelativePath', { value: `pack/${path}` });
    return file;
  });
  for (const source of [
    await openSource({ kind: 'handle', handle }),
    await openSource({ kind: 'files', files: listed }),
  ]) {
    expect(source.kind).toBe('pack');
    expect(await textOf(source, 'dense/0.bin')).toBe('dense');
    expect(await textOf(source, 'expert/1/2.bin')).toBe('expert');
    expect(await textOf(source, 'expert/1/3.bin')).toBeNull();
  }
});

test('a file that changes while it is read, and one that is gone, are said as that', async () => {
  const folder = await temporaryFolder({ 'm.gguf': 'GGUF and more' });
  const handle = await folder.getFileHandle('m.gguf');
  const source = await openSource({ kind: 'handle', handle });
  const expected = source.identity();
  const file = await source.folder.open('m.gguf');
  expect(await file?.read(0, 4)).toHaveLength(4);
  await write(folder, 'm.gguf', 'GGUF, and other');
  await expect(file?.read(0, 4)).rejects.toMatchObject({ code: 'source-changed' });
  await expect(openSource({ kind: 'handle', handle }, { expected })).rejects.toMatchObject({ code: 'source-changed' });
  await folder.removeEntry('m.gguf');
  await expect(openSource({ kind: 'handle', handle })).rejects.toMatchObject({ code: 'source-changed' });
});
