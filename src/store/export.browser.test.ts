import { expect, test } from 'vitest';
import { bytesOf, flipped, recordOf, syntheticPack } from '../../tests/support/synthetic-pack';
import { filesOf, temporaryFolder, writeFile } from '../../tests/support/temporary-folder';
import { fill, namesOf, temporaryStore } from '../../tests/support/temporary-store';
import { packBytes } from '../pack/manifest';
import { exportPack } from './export';

async function filledStore(seed = 1) {
  const pack = await syntheticPack(seed);
  const store = await temporaryStore();
  await fill(store, pack);
  return { pack, store };
}

async function holds(file: Blob | undefined, bytes: Uint8Array): Promise<boolean> {
  const got = new Uint8Array((await file?.arrayBuffer()) ?? new ArrayBuffer(0));
  return got.length === bytes.length && got.every((byte, i) => byte === bytes[i]);
}

test('writes the manifest and one file a record, bit for bit', async () => {
  const { pack, store } = await filledStore();
  const folder = await temporaryFolder();
  const done: number[] = [];
  await exportPack(store, pack.manifest, folder, { onProgress: ({ doneBytes }) => done.push(doneBytes) });
  const files = await filesOf(folder);
  const paths = namesOf(pack.manifest).map((name) => `${name}.bin`);
  expect([...files.keys()].toSorted()).toEqual(['manifest.json', ...paths].toSorted());
  for (const name of namesOf(pack.manifest)) {
    expect(await holds(files.get(`${name}.bin`), bytesOf(pack, name))).toBe(true);
  }
  expect(JSON.parse((await files.get('manifest.json')?.text()) ?? '')).toEqual(pack.manifest);
  expect(done).toEqual(done.toSorted((a, b) => a - b));
  expect(done.at(-1)).toBe(packBytes(pack.manifest));
});

test('an export that was stopped has no manifest, and the next goes on: what is right is left as it is, the rest replaced', async () => {
  const { pack, store } = await filledStore();
  const folder = await temporaryFolder();
  const stop = new AbortController();
  const half = packBytes(pack.manifest) / 2;
  const onProgress = ({ doneBytes }: { doneBytes: number }) => doneBytes > half && stop.abort();
  await expect(exportPack(store, pack.manifest, folder, { onProgress, signal: stop.signal })).rejects.toMatchObject({
    code: 'aborted',
  });
  const before = await filesOf(folder);
  expect(before.has('manifest.json')).toBe(false);
  expect(await holds(before.get('dense/1.bin'), bytesOf(pack, 'dense/1'))).toBe(true);
  await writeFile(folder, 'dense/1.bin', flipped(bytesOf(pack, 'dense/1')));
  await writeFile(folder, 'expert/0/0.bin.crswap', 'half a record');
  await writeFile(folder, '.DS_Store', 'a desktop’s own');

  await exportPack(store, pack.manifest, folder);
  const after = await filesOf(folder);
  for (const name of namesOf(pack.manifest)) {
    expect(await holds(after.get(`${name}.bin`), bytesOf(pack, name))).toBe(true);
  }
  expect(after.get('dense/0.bin')?.lastModified).toBe(before.get('dense/0.bin')?.lastModified);
  await exportPack(store, pack.manifest, folder); // and once more over the finished one
});

test('a folder that holds anything else is refused and left as it is', async () => {
  const { pack, store } = await filledStore();
  for (const [path, found] of [
    ['holiday.jpg', 'holiday.jpg'],
    ['dense/9.bin', 'dense/9.bin'],
    ['expert/notes/a.txt', 'expert/notes/a.txt'],
    ['manifest.json', 'the manifest.json of another model'],
  ] as const) {
    const folder = await temporaryFolder();
    await writeFile(folder, path, '{}');
    await expect(exportPack(store, pack.manifest, folder)).rejects.toMatchObject({
      code: 'request-invalid',
      message: expect.stringContaining(`got ${found}`),
      hint: 'Choose an empty folder.',
    });
    expect([...(await filesOf(folder)).keys()]).toEqual([path]);
  }
});

test('a record that is broken or missing here is not written, by name, and no manifest either', async () => {
  const { pack, store } = await filledStore();
  await store.put(recordOf(pack, 'expert/1/1'), new Blob([flipped(bytesOf(pack, 'expert/1/1'))]));
  const folder = await temporaryFolder();
  await expect(exportPack(store, pack.manifest, folder)).rejects.toMatchObject({
    code: 'record-broken',
    hint: expect.stringContaining('Repair'),
    data: { record: 'expert/1/1' },
  });
  const files = await filesOf(folder);
  expect(files.has('manifest.json')).toBe(false);
  expect(files.get('expert/1/1.bin')?.size ?? 0).toBe(0);
});

test('a folder that is gone is a typed error', async () => {
  const { pack, store } = await filledStore();
  const folder = await (await temporaryFolder()).getDirectoryHandle('inner', { create: true });
  await (folder as FileSystemDirectoryHandle & { remove(): Promise<void> }).remove();
  await expect(exportPack(store, pack.manifest, folder)).rejects.toMatchObject({
    code: 'storage-failed',
    message: expect.stringContaining('NotFoundError'),
  });
});
