import { expect, test } from 'vitest';
import { bytesOf, recordOf, syntheticPack } from '../../tests/support/synthetic-pack';
import { fill, namesOf, rightRecords, temporaryModel, temporaryStore } from '../../tests/support/temporary-store';
import { databaseName, memoryModelStore, openModelStore, recordKey } from './model-store';

test('a key names the record and its whole content', async () => {
  const hash = (digit: string) => digit.repeat(64);
  expect(await recordKey({ name: 'dense/0', bytes: 4, sha256: [hash('a')] })).toBe(`dense/0@${'a'.repeat(16)}`);
  const inPieces = (...digits: string[]) => recordKey({ name: 'dense/0', bytes: 4, sha256: digits.map(hash) });
  const keys = await Promise.all([inPieces('a', 'b'), inPieces('a', 'c'), inPieces('b', 'a')]);
  expect(new Set(keys).size).toBe(3);
});

test('keeps manifest and records over a reload, and loses all by destroy', async () => {
  const pack = await syntheticPack();
  const id = temporaryModel();
  const first = await openModelStore(id);
  await fill(first, pack);
  first.close();
  await expect(first.manifest()).rejects.toMatchObject({ code: 'storage-failed' });
  const second = await openModelStore(id);
  expect(await second.manifest()).toEqual(pack.manifest);
  expect(await rightRecords(second, pack)).toEqual(namesOf(pack.manifest));
  await second.destroy();
  const third = await openModelStore(id);
  expect(await third.manifest()).toBeNull();
  expect(await third.missing(pack.manifest)).toEqual(pack.manifest.records);
  third.close();
});

test('a stored manifest that is not valid any more counts as none', async () => {
  const pack = await syntheticPack();
  const store = await temporaryStore();
  await store.putManifest({ ...pack.manifest, pieceBytes: 1 });
  expect(await store.manifest()).toBeNull();
});

test('a connection that was closed by another tab is opened again', async () => {
  const pack = await syntheticPack();
  const id = temporaryModel();
  const store = await openModelStore(id);
  await fill(store, pack);
  await (await openModelStore(id)).destroy();
  const record = recordOf(pack, 'dense/0');
  expect(await store.get(record)).toBeUndefined();
  await store.put(record, new Blob([bytesOf(pack, 'dense/0')]));
  expect(await rightRecords(store, pack)).toEqual(['dense/0']);
});

test('a database of a later form is refused', async () => {
  const id = temporaryModel();
  await new Promise<void>((resolve, reject) => {
    const request = indexedDB.open(databaseName(id), 7);
    request.onsuccess = () => {
      request.result.close();
      resolve();
    };
    request.onerror = () => reject(request.error);
  });
  await expect(openModelStore(id)).rejects.toMatchObject({
    code: 'storage-failed',
    message: expect.stringContaining(`listing records in mixtab/${id}: expected IndexedDB to do it, got NotFoundError`),
  });
});

test('a value that cannot be stored is refused and leaves nothing', async () => {
  const pack = await syntheticPack();
  const store = await temporaryStore();
  const manifest = Object.assign(structuredClone(pack.manifest), { extra: () => {} });
  await expect(store.putManifest(manifest)).rejects.toMatchObject({
    code: 'storage-failed',
    data: { reason: 'DataCloneError' },
  });
  expect(await store.manifest()).toBeNull();
});

test('the store in memory keeps the same rules', async () => {
  const pack = await syntheticPack();
  const store = memoryModelStore();
  await fill(store, pack);
  expect(await rightRecords(store, pack)).toEqual(namesOf(pack.manifest));
  await store.prune({ ...pack.manifest, records: [recordOf(pack, 'dense/0')] });
  expect(await rightRecords(store, pack)).toEqual(['dense/0']);
  expect(await store.manifest()).toEqual(pack.manifest);
});
