import { expect, test } from 'vitest';
import { limitedIndexedDb } from '../../tests/support/storage-bucket';
import { recordOf, syntheticPack } from '../../tests/support/synthetic-pack';
import { namesOf, readsRight, rightRecords } from '../../tests/support/temporary-store';
import { testSource } from '../../tests/support/test-source';
import { packBytes } from '../pack/manifest';
import { installPack } from './install';
import { openModelStore } from './model-store';
import { recordReader } from './reader';

test('at the quota the install stops with figures; what was committed stays, and the next install goes on from there', async () => {
  const pack = await syntheticPack();
  const store = await openModelStore('full', await limitedIndexedDb(400_000));
  for (let round = 0; round < 2; round++) {
    const before = await rightRecords(store, pack);
    const source = testSource(pack);
    const failure = await installPack(source, store).catch((error: unknown) => error);
    const kept = await rightRecords(store, pack);
    const committedBytes = kept.reduce((sum, name) => sum + recordOf(pack, name).bytes, 0);
    expect(kept.length).toBeGreaterThan(0);
    expect(failure).toMatchObject({
      code: 'storage-full',
      data: { committedBytes, neededBytes: packBytes(pack.manifest) - committedBytes },
      hint: expect.stringMatching(/./),
    });
    expect(source.fetched.filter((name) => before.includes(name))).toEqual([]);
  }
  store.close();
});

test('a pack that just fits is installed', async () => {
  const pack = await syntheticPack();
  const store = await openModelStore('fits', await limitedIndexedDb(4_000_000));
  await installPack(testSource(pack), store);
  expect(await rightRecords(store, pack)).toEqual(namesOf(pack.manifest));
  store.close();
});

test('a record that cannot be put back for want of room is still delivered, and both troubles are told', async () => {
  const pack = await syntheticPack();
  const store = await openModelStore('mend', await limitedIndexedDb(60_000));
  const codes: string[] = [];
  const source = testSource(pack);
  const reader = recordReader(pack.manifest, store, source, { onBroken: (_, error) => codes.push(error.code) });
  expect(await readsRight(reader, pack, 'expert/0/0')).toBe(true);
  expect(await readsRight(reader, pack, 'expert/0/0')).toBe(true);
  expect(codes).toEqual(['record-broken', 'storage-full']);
  expect(source.fetched).toEqual(['expert/0/0']);
  store.close();
});
