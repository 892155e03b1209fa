import { expect, test } from 'vitest';
import { bytesOf, flipped, recordOf, syntheticPack, withRecordsOf } from '../../tests/support/synthetic-pack';
import { fill, namesOf, readsRight, rightRecords, temporaryModel } from '../../tests/support/temporary-store';
import { offlineSource, testSource } from '../../tests/support/test-source';
import type { ErrorData } from '../protocol/errors';
import { databaseName, openModelStore } from './model-store';
import { type OpenPackOptions, openPack } from './open-pack';

const open = (id: string, options: OpenPackOptions) => openPack({ id, url: 'unused:' }, options);

test('the first start installs, the second needs no network at all', async () => {
  const pack = await syntheticPack();
  const id = temporaryModel();
  const first = await open(id, { source: testSource(pack) });
  expect(first.fromCache).toBe(false);
  expect(await readsRight(first.reader, pack, 'expert/0/0')).toBe(true);
  first.close();

  const source = offlineSource();
  const notices: ErrorData[] = [];
  const second = await open(id, { source, onNotice: (notice) => notices.push(notice) });
  expect(second.fromCache).toBe(true);
  expect(second.manifest).toEqual(pack.manifest);
  for (const name of namesOf(pack.manifest)) expect(await readsRight(second.reader, pack, name)).toBe(true);
  await second.revalidated;
  expect(source.calls).toEqual(['manifest']);
  expect(notices).toEqual([]);
  second.close();
});

test('a newer manifest is noticed in the background and installed at the next start', async () => {
  const pack = await syntheticPack(1);
  const newer = withRecordsOf(pack, await syntheticPack(2), ['expert/1/1']);
  const id = temporaryModel();
  (await open(id, { source: testSource(pack) })).close();

  const noticing = testSource(newer);
  const second = await open(id, { source: noticing });
  await second.revalidated;
  expect(second.manifest.name).toBe('Synthetic 1');
  expect(await readsRight(second.reader, pack, 'expert/1/1')).toBe(true);
  expect(noticing.calls).toEqual(['manifest']);
  second.close();

  const offline = await open(id, { source: offlineSource() });
  expect([offline.manifest.name, offline.fromCache]).toEqual(['Synthetic 1', true]);
  await offline.revalidated;
  offline.close();

  const updating = testSource(newer);
  const third = await open(id, { source: updating });
  expect([third.manifest.name, third.fromCache]).toEqual(['Synthetic 2', false]);
  expect(updating.calls).toEqual(['expert/1/1']);
  expect(await readsRight(third.reader, newer, 'expert/1/1')).toBe(true);
  expect((await third.store?.missing(pack.manifest))?.map(({ name }) => name)).toEqual(['expert/1/1']);
  third.close();

  const fourth = await open(id, { source: offlineSource() });
  expect([fourth.manifest.name, fourth.fromCache]).toEqual(['Synthetic 2', true]);
  fourth.close();
});

test('an update that does not succeed leaves the old pack in use, with a notice', async () => {
  const pack = await syntheticPack(1);
  const newer = withRecordsOf(pack, await syntheticPack(2), ['expert/1/1']);
  const id = temporaryModel();
  (await open(id, { source: testSource(pack) })).close();
  const second = await open(id, { source: testSource(newer) });
  await second.revalidated;
  second.close();
  const notices: ErrorData[] = [];
  const third = await open(id, {
    source: testSource(newer, () => 'flip'),
    onNotice: (notice) => notices.push(notice),
  });
  expect(third.manifest).toEqual(pack.manifest);
  expect(await readsRight(third.reader, pack, 'expert/1/1')).toBe(true);
  expect(notices).toMatchObject([{ code: 'record-broken', data: { record: 'expert/1/1' } }]);
  third.close();
});

test('a stored pack that lost a record is completed', async () => {
  const pack = await syntheticPack();
  const id = temporaryModel();
  const store = await openModelStore(id);
  await fill(store, pack);
  await store.delete(recordOf(pack, 'dense/3'));
  store.close();
  await expect(open(id, { source: offlineSource() })).rejects.toMatchObject({ code: 'network-failed' });
  const source = testSource(pack);
  const opened = await open(id, { source });
  expect(source.calls).toEqual(['manifest', 'dense/3']);
  opened.close();
});

test('a record that breaks in the store is fetched again, with a notice that names it', async () => {
  const pack = await syntheticPack();
  const id = temporaryModel();
  const store = await openModelStore(id);
  await fill(store, pack);
  await store.put(recordOf(pack, 'expert/0/2'), new Blob([flipped(bytesOf(pack, 'expert/0/2'))]));
  store.close();
  const notices: ErrorData[] = [];
  const opened = await open(id, { source: testSource(pack), onNotice: (notice) => notices.push(notice) });
  expect(opened.fromCache).toBe(true);
  expect(await readsRight(opened.reader, pack, 'expert/0/2')).toBe(true);
  expect(notices).toMatchObject([{ code: 'record-broken', data: { record: 'expert/0/2' } }]);
  opened.close();
});

test('where IndexedDB refuses, the pack runs from memory with a notice', async () => {
  const pack = await syntheticPack();
  const id = temporaryModel();
  // A real refusal: the name is taken by a database of another form.
  await new Promise<void>((resolve) => {
    const request = indexedDB.open(databaseName(id), 7);
    request.onsuccess = () => {
      request.result.close();
      resolve();
    };
  });
  const notices: ErrorData[] = [];
  const opened = await open(id, { source: testSource(pack), onNotice: (notice) => notices.push(notice) });
  expect(opened.store).toBeNull();
  expect(notices).toMatchObject([{ code: 'storage-failed', hint: expect.stringMatching(/./) }]);
  for (const name of namesOf(pack.manifest)) expect(await readsRight(opened.reader, pack, name)).toBe(true);
  opened.close();
});

test('asked for memory, it touches no database', async () => {
  const pack = await syntheticPack();
  const id = temporaryModel();
  const opened = await open(id, { source: testSource(pack), store: 'memory' });
  expect(await readsRight(opened.reader, pack, 'dense/0')).toBe(true);
  expect(await indexedDB.databases()).not.toContainEqual(expect.objectContaining({ name: databaseName(id) }));
  opened.close();
});

test('an aborted start rejects and leaves what it has for the next', async () => {
  const pack = await syntheticPack();
  const id = temporaryModel();
  const stop = new AbortController();
  const source = testSource(pack, (_, __, total) => {
    if (total === 5) stop.abort();
    return null;
  });
  await expect(open(id, { source, signal: stop.signal })).rejects.toMatchObject({ code: 'aborted' });
  const store = await openModelStore(id);
  expect((await rightRecords(store, pack)).length).toBeGreaterThan(0);
  store.close();
});
