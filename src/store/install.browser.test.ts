import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SMALL_CONFIG, syntheticPack, withRecordsOf } from '../../tests/support/synthetic-pack';
import { namesOf, rightRecords, temporaryModel, temporaryStore } from '../../tests/support/temporary-store';
import { testSource } from '../../tests/support/test-source';
import { packBytes } from '../pack/manifest';
import { type InstallProgress, installPack } from './install';
import { openModelStore } from './model-store';
import { storageError } from './store-errors';

test('installs a pack: every record once, right in the store, progress up to the last byte', async () => {
  const pack = await syntheticPack();
  const store = await temporaryStore();
  const source = testSource(pack);
  const progress: InstallProgress[] = [];
  const manifest = await installPack(source, store, { onProgress: (p) => progress.push(p) });
  expect(manifest).toEqual(pack.manifest);
  expect(await store.manifest()).toEqual(pack.manifest);
  expect(await rightRecords(store, pack)).toEqual(namesOf(manifest));
  expect(source.fetched.toSorted()).toEqual(namesOf(manifest).toSorted());
  const totalBytes = packBytes(manifest);
  expect(progress[0]).toEqual({ loadedBytes: 0, totalBytes });
  expect(progress.at(-1)).toEqual({ loadedBytes: totalBytes, totalBytes });
  expect(progress.every((p, i) => p.loadedBytes >= (progress[i - 1]?.loadedBytes ?? 0))).toBe(true);
});

test('goes on after an abort with what is missing, and counts what is there as loaded', async () => {
  const pack = await syntheticPack();
  const store = await temporaryStore();
  const stop = new AbortController();
  const first = testSource(pack, (_, __, total) => {
    if (total === 6) stop.abort();
    return null;
  });
  await expect(installPack(first, store, { signal: stop.signal })).rejects.toMatchObject({ code: 'aborted' });
  expect(await store.manifest()).toBeNull();
  const kept = await rightRecords(store, pack);
  expect(kept.length).toBeGreaterThan(0);

  const second = testSource(pack);
  let firstProgress: InstallProgress | undefined;
  await installPack(second, store, { onProgress: (p) => (firstProgress ??= p) });
  expect(second.fetched.filter((name) => kept.includes(name))).toEqual([]);
  expect(firstProgress?.loadedBytes).toBeGreaterThan(0);
  expect(await rightRecords(store, pack)).toEqual(namesOf(pack.manifest));
});

test('any sequence of aborts and reloads ends with every record right, and fetches none that was committed', async () => {
  const pack = await syntheticPack(2, { ...SMALL_CONFIG, hiddenDim: 32 });
  const records = pack.manifest.records.length;
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.nat(records), fc.boolean()), { maxLength: 5 }), async (visits) => {
      const id = temporaryModel();
      for (const [abortAt, inTransfer] of visits) {
        const store = await openModelStore(id);
        const committed = await rightRecords(store, pack);
        const stop = new AbortController();
        const source = testSource(pack, (_, __, total) => {
          if (total !== abortAt) return null;
          if (!inTransfer) stop.abort();
          else queueMicrotask(() => stop.abort());
          return 'hang';
        });
        await installPack(source, store, { signal: stop.signal }).catch((error: unknown) => {
          expect(error).toMatchObject({ code: 'aborted' });
        });
        expect(source.fetched.filter((name) => committed.includes(name))).toEqual([]);
        store.close();
      }
      const store = await openModelStore(id);
      const committed = await rightRecords(store, pack);
      const source = testSource(pack);
      await installPack(source, store);
      expect(source.fetched.length + committed.length).toBe(records);
      expect(await rightRecords(store, pack)).toEqual(namesOf(pack.manifest));
      expect(await store.missing(pack.manifest)).toEqual([]);
      await store.destroy();
    }),
    { numRuns: 15 },
  );
});

for (const fault of ['flip', 'short', 'long', 'drop'] as const) {
  test(`a delivery with the fault "${fault}" is fetched once more`, async () => {
    const pack = await syntheticPack();
    const store = await temporaryStore();
    const source = testSource(pack, (name, earlier) => (name === 'expert/1/2' && earlier === 0 ? fault : null));
    const progress: InstallProgress[] = [];
    await installPack(source, store, { onProgress: (p) => progress.push(p) });
    expect(await rightRecords(store, pack)).toEqual(namesOf(pack.manifest));
    expect(source.fetched.filter((name) => name === 'expert/1/2')).toHaveLength(2);
    expect(progress.at(-1)?.loadedBytes).toBe(packBytes(pack.manifest));
    expect(progress.every((p, i) => p.loadedBytes >= (progress[i - 1]?.loadedBytes ?? 0))).toBe(true);
  });
}

test('a record that stays broken is refused by name with both hashes; the others stay', async () => {
  const pack = await syntheticPack();
  const store = await temporaryStore();
  const source = testSource(pack, (name) => (name === 'expert/1/2' ? 'flip' : null));
  const record = pack.manifest.records.find(({ name }) => name === 'expert/1/2');
  await expect(installPack(source, store)).rejects.toMatchObject({
    code: 'record-broken',
    message: expect.stringMatching(
      /^record expert\/1\/2 piece 1 from test source: expected sha256 [0-9a-f]{64}, got sha256 [0-9a-f]{64}$/,
    ),
    data: { record: 'expert/1/2', piece: 1, expected: `sha256 ${record?.sha256[1]}` },
  });
  expect(source.fetched.filter((name) => name === 'expert/1/2')).toHaveLength(2);
  const kept = await rightRecords(store, pack);
  expect(kept).not.toContain('expert/1/2');
  expect(kept.length).toBeGreaterThan(0);
  expect(await store.manifest()).toBeNull();
});

test('a wrong length is named as such', async () => {
  const pack = await syntheticPack();
  const source = (fault: 'short' | 'long') => testSource(pack, (name) => (name === 'dense/1' ? fault : null));
  const bytes = pack.manifest.records.find(({ name }) => name === 'dense/1')?.bytes ?? 0;
  await expect(installPack(source('short'), await temporaryStore())).rejects.toMatchObject({
    code: 'record-broken',
    data: { record: 'dense/1', expected: `${bytes} bytes`, got: `${bytes - 4}` },
  });
  await expect(installPack(source('long'), await temporaryStore())).rejects.toMatchObject({
    code: 'record-broken',
    data: { record: 'dense/1', expected: `${bytes} bytes`, got: expect.stringMatching(/^at least \d+$/) },
  });
});

test('a manifest that is none is refused before a record is fetched', async () => {
  const pack = await syntheticPack();
  const source = testSource({ ...pack, manifest: { ...pack.manifest, records: [] } });
  await expect(installPack(source, await temporaryStore())).rejects.toMatchObject({ code: 'manifest-invalid' });
  expect(source.fetched).toEqual([]);
});

test('a new revision fetches only what changed, and the old records go', async () => {
  const pack = await syntheticPack(1);
  const newer = withRecordsOf(pack, await syntheticPack(2), ['expert/0/1', 'dense/0']);
  const store = await temporaryStore();
  await installPack(testSource(pack), store);
  const source = testSource(newer);
  await installPack(source, store);
  expect(source.fetched.toSorted()).toEqual(['dense/0', 'expert/0/1']);
  expect(await rightRecords(store, newer)).toEqual(namesOf(newer.manifest));
  expect((await store.missing(pack.manifest)).map(({ name }) => name)).toEqual(['dense/0', 'expert/0/1']);
});

test('a Blob that the browser refuses is built anew', async () => {
  const pack = await syntheticPack();
  const store = await temporaryStore();
  let refusals = 2;
  const source = testSource(pack);
  await installPack(source, {
    ...store,
    put: async (record, blob) => {
      if (record.name === 'dense/2' && refusals-- > 0) throw storageError('storing', new DOMException('', 'DataError'));
      return store.put(record, blob);
    },
  });
  expect(source.fetched.filter((name) => name === 'dense/2')).toHaveLength(3);
  expect(await rightRecords(store, pack)).toEqual(namesOf(pack.manifest));
});
