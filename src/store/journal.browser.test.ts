import { expect, test } from 'vitest';
import { limitedIndexedDb } from '../../tests/support/storage-bucket';
import { bytesOf, recordOf, type SyntheticPack, syntheticPack } from '../../tests/support/synthetic-pack';
import { fill, namesOf, rightRecords, temporaryModel, temporaryStore } from '../../tests/support/temporary-store';
import type { MadeRecord } from '../checkpoint/made-record';
import type { ImportJournal } from './journal';
import { openModelStore } from './model-store';

const madeOf = (pack: SyntheticPack, name: string): MadeRecord => ({
  entry: recordOf(pack, name),
  sourceSha256: 'a'.repeat(64),
  errors: { w1: { squaredError: 1, squaredNorm: 2, weights: 3, source: ['BF16'] } },
});
const blobOf = (pack: SyntheticPack, name: string): Blob => new Blob([bytesOf(pack, name)]);

function journalOf({ manifest }: SyntheticPack, ofPack = false): ImportJournal {
  const { name, config, tokenizer, generation, formats } = manifest;
  return {
    version: 1,
    source: { kind: 'url', url: 'https://host/model.gguf' },
    identity: { 'model.gguf': { size: 1, tag: '"x"' } },
    wish: 'q4',
    name,
    texts: { name, revision: '', config, tokenizer, generation },
    formats,
    manifest: ofPack ? manifest : null,
  };
}

test('journal and committed records outlive the worker, and give way to the manifest all at once', async () => {
  const pack = await syntheticPack();
  const id = temporaryModel();
  const first = await openModelStore(id);
  expect(await first.journal()).toBeNull();
  await first.begin(journalOf(pack));
  await first.commit(madeOf(pack, 'expert/0/1'), blobOf(pack, 'expert/0/1'));
  first.close();

  const second = await openModelStore(id);
  expect(await second.journal()).toEqual(journalOf(pack));
  expect(await second.made()).toEqual([madeOf(pack, 'expert/0/1')]);
  expect(await second.manifest()).toBeNull();
  for (const name of namesOf(pack.manifest)) await second.commit(madeOf(pack, name), blobOf(pack, name));
  const report = { relativeError: 0.1, bitsPerWeight: 4.5, tensors: [] };
  await second.finish(pack.manifest, report);
  expect(await second.journal()).toBeNull();
  expect(await second.made()).toEqual([]);
  expect(await second.manifest()).toEqual(pack.manifest);
  expect(await second.report()).toEqual(report);
  const { source, identity, wish } = journalOf(pack);
  expect(await second.origin()).toEqual({ source, identity, wish });
  expect(await rightRecords(second, pack)).toEqual(namesOf(pack.manifest));
  second.close();
});

test('a record for which there is no room leaves nothing that says it is there', async () => {
  const pack = await syntheticPack();
  const store = await openModelStore('full', await limitedIndexedDb(100_000));
  await store.begin(journalOf(pack));
  await expect(store.commit(madeOf(pack, 'expert/0/0'), blobOf(pack, 'expert/0/0'))).rejects.toMatchObject({
    code: 'storage-full',
  });
  expect(await store.made()).toEqual([]);
  store.close();
});

test('a finish that fails half way has not begun', async () => {
  const pack = await syntheticPack();
  const store = await temporaryStore();
  await store.begin(journalOf(pack));
  await store.commit(madeOf(pack, 'dense/0'), blobOf(pack, 'dense/0'));
  const report = Object.assign({ relativeError: 0, bitsPerWeight: 0, tensors: [] }, { uncloneable: () => {} });
  await expect(store.finish(pack.manifest, report)).rejects.toMatchObject({ code: 'storage-failed' });
  expect(await store.manifest()).toBeNull();
  expect(await store.journal()).not.toBeNull();
  expect(await store.made()).toHaveLength(1);
});

test('a committed record that is deleted as broken counts as not made', async () => {
  const pack = await syntheticPack();
  const store = await temporaryStore();
  await store.begin(journalOf(pack));
  await store.commit(madeOf(pack, 'dense/0'), blobOf(pack, 'dense/0'));
  await store.delete(recordOf(pack, 'dense/0'));
  expect(await store.made()).toEqual([]);
});

test('beginning another import forgets what the last one made, not what a manifest names', async () => {
  const pack = await syntheticPack();
  const store = await temporaryStore();
  await fill(store, pack);
  await store.begin(journalOf(pack));
  await store.commit(madeOf(pack, 'dense/0'), blobOf(pack, 'dense/0'));
  await store.begin({ ...journalOf(pack), wish: 'q8' });
  expect(await store.made()).toEqual([]);
  expect(await store.missing(pack.manifest)).toEqual([]);
});

test('of a pack, the records count that are there by their hashes', async () => {
  const pack = await syntheticPack();
  const store = await temporaryStore();
  await store.begin(journalOf(pack, true));
  await store.put(recordOf(pack, 'dense/1'), blobOf(pack, 'dense/1'));
  expect((await store.made()).map(({ entry }) => entry.name)).toEqual(['dense/1']);
});
