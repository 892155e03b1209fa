import { expect, onTestFinished, test } from 'vitest';
import { expectWhole, steeredImport } from '../../tests/support/steered-import';
import {
  bytesOf,
  flipped,
  recordOf,
  SMALL_CONFIG,
  type SyntheticPack,
  syntheticPack,
} from '../../tests/support/synthetic-pack';
import { fill, sameBytes, temporaryModel } from '../../tests/support/temporary-store';
import { ended, ImportEar, openTab, temporaryImport, until } from '../../tests/support/test-library';
import { recordToPrune } from '../checkpoint/prune-record';
import { type Manifest, PIECE_BYTES } from '../pack/manifest';
import type { PrunedSource } from '../protocol/library';
import { databaseName, type ModelStore, openModelStore } from '../store/model-store';
import { openExistingStore } from './existing-model';
import { lanesGone } from './locks';
import { openModelToPrune } from './model-to-prune';

const CONFIG = { ...SMALL_CONFIG, nExperts: 4 };
const KEEP = [
  [0, 2, 3],
  [1, 2, 3],
];

/** A whole model of this browser, as an engine leaves it that has loaded it from its host. */
async function modelHere(pieceBytes = PIECE_BYTES): Promise<{ id: string; pack: SyntheticPack; store: ModelStore }> {
  const pack = await syntheticPack(1, CONFIG, pieceBytes);
  const id = temporaryModel();
  const store = await openModelStore(id);
  onTestFinished(() => store.close());
  await fill(store, pack);
  return { id, pack, store };
}

const prune = (of: string, keep = KEEP): PrunedSource => ({ kind: 'pruned', of, keep, name: `Pruned ${of}` });

/** The records of a pruned model as they lie in its database, beside those that they were made of. */
async function expectPruned(id: string, pack: SyntheticPack, source: PrunedSource): Promise<Manifest> {
  await expectWhole(id);
  const store = await openModelStore(id);
  const manifest = (await store.manifest()) as Manifest;
  const { pack: toPrune, store: other } = await openModelToPrune(source);
  for (const record of manifest.records) {
    const { source: before, copies } = recordToPrune(toPrune, record.name);
    if (copies !== null) continue;
    const blob = (await store.get(record)) as Blob;
    expect(sameBytes(new Uint8Array(await blob.arrayBuffer()), bytesOf(pack, before.name))).toBe(true);
  }
  other.close();
  store.close();
  return manifest;
}

test('a model is pruned: a preview says how long the pack will be, and the pack lives on when the model is gone', async () => {
  const { id: of, pack, store } = await modelHere();
  const source = prune(of);
  const { library } = openTab();
  const id = temporaryImport();
  const preview = await library.preview(source, { id });
  expect(preview).toMatchObject({
    id,
    name: source.name,
    kind: 'pruned pack, q4',
    layers: 2,
    experts: 3,
    topK: 2,
    committedBytes: 0,
    spoolBytes: 0,
  });
  expect(preview.sourceBytes).toBeLessThan(pack.manifest.records.reduce((sum, { bytes }) => sum + bytes, 0));
  await library.import(source, { id });
  expect(await ended(library, id)).toMatchObject({
    status: 'complete',
    sourceKind: 'pruned',
    sourceLabel: pack.manifest.name,
    packBytes: preview.packBytes,
    pruned: { of: pack.manifest.name, kept: 3, experts: 4 },
  });
  expect(await library.report(id)).toBeNull();
  const manifest = await expectPruned(id, pack, source);
  expect(manifest.records.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(preview.packBytes);
  expect(manifest.source).toMatchObject({ name: pack.manifest.name, pruned: { experts: 4, keep: KEEP } });
  expect((await library.preview(source, { id })).committedBytes).toBe(preview.packBytes);
  // The same again is there already; others of the same name are not it.
  await library.import(source, { id });
  await expect(library.import(prune(of, [KEEP[1] ?? [], KEEP[0] ?? []]), { id })).rejects.toMatchObject({
    code: 'source-changed',
  });
  store.close();
  await library.remove(of);
  await expectWhole(id);
});

test('a model whose pieces are of another length is pruned too', async () => {
  const { id: of, pack } = await modelHere(65536);
  const { library } = openTab();
  const id = temporaryImport();
  await library.import(prune(of), { id });
  expect(await ended(library, id)).toMatchObject({ status: 'complete' });
  expect((await expectPruned(id, pack, prune(of))).pieceBytes).toBe(PIECE_BYTES);
});

test('a tab that is closed in the middle leaves a model in the list that goes on, or goes with all its bytes', async () => {
  const { id: of, pack } = await modelHere();
  const source = prune(of);
  for (const goesOn of [true, false]) {
    const id = temporaryImport();
    const tab = openTab();
    const ear = new ImportEar(id);
    tab.library.import(source, { id }).catch(() => {}); // Who closes a tab hears no more of it.
    await ear.until(() => ear.committed.length >= 2 || ear.heard.at(-1)?.type === 'ended');
    tab.kill();
    await lanesGone(id);
    const { library } = openTab();
    const entry = (await library.list()).find((model) => model.id === id);
    expect(entry?.pruned).toEqual({ of: pack.manifest.name, kept: 3, experts: 4 });
    if (goesOn) {
      if (entry?.status === 'paused') await library.resume(id);
      expect(await ended(library, id)).toMatchObject({ status: 'complete', error: null });
      expect(new Set(ear.committed).size).toBe(ear.committed.length);
      await expectPruned(id, pack, source);
    } else {
      await library.remove(id);
      expect(await indexedDB.databases()).not.toContainEqual(expect.objectContaining({ name: databaseName(id) }));
      expect((await library.list()).some((model) => model.id === id)).toBe(false);
    }
  }
});

test('who removes the model meanwhile stops the pruning, which says then what it lacks', async () => {
  const { id: of, store } = await modelHere();
  const { library, id, make } = await steeredImport(prune(of));
  await make(2);
  // It stays as it is while another is made of it.
  await expect(library.repair(of, () => {})).rejects.toMatchObject({ code: 'import-busy' });
  store.close();
  await library.remove(of);
  await until(library, id, ({ status }) => status === 'paused');
  await expect(library.resume(id)).rejects.toMatchObject({
    code: 'model-not-found',
    message: expect.stringContaining(of),
    hint: expect.stringContaining('again'),
  });
  expect(await indexedDB.databases()).not.toContainEqual(expect.objectContaining({ name: databaseName(of) }));
});

test('what breaks in a pruned pack is made again from the model, while that is there', async () => {
  const { id: of, pack, store } = await modelHere();
  const { library } = openTab();
  const id = temporaryImport();
  await library.import(prune(of), { id });
  await ended(library, id);
  const manifest = await expectPruned(id, pack, prune(of));
  const own = await openExistingStore(id);
  const names = ['dense/1', 'expert/0/1'];
  for (const name of names) {
    const record = manifest.records.find((entry) => entry.name === name);
    const blob = record && (await own.get(record));
    if (record && blob) await own.put(record, new Blob([flipped(new Uint8Array(await blob.arrayBuffer()))]));
  }
  expect(await library.repair(id)).toEqual(names);
  expect(await library.verify(id)).toEqual([]);
  for (const name of ['dense/2', 'expert/1/0']) {
    await own.delete(manifest.records.find((entry) => entry.name === name) ?? recordOf(pack, name));
  }
  own.close();
  store.close();
  await library.remove(of);
  await expect(library.repair(id)).rejects.toMatchObject({ code: 'model-not-found', data: { id: of } });
});

test('a broken record of the model is named, and nothing is made of it', async () => {
  const { id: of, pack, store } = await modelHere();
  const wrong = recordOf(pack, 'expert/1/3');
  await store.put(wrong, new Blob([flipped(bytesOf(pack, wrong.name))]));
  const { library } = openTab();
  const id = temporaryImport();
  await library.import(prune(of), { id });
  expect(await ended(library, id)).toMatchObject({
    status: 'failed',
    error: { code: 'record-broken', message: expect.stringContaining(pack.manifest.name) },
  });
  await store.put(wrong, new Blob([bytesOf(pack, wrong.name)]));
  await library.resume(id);
  expect(await ended(library, id)).toMatchObject({ status: 'complete' });
  await expectPruned(id, pack, prune(of));
});

test('what cannot be pruned is refused, and leaves nothing', async () => {
  const { id: of } = await modelHere();
  const unfinished = await steeredImport(prune(of));
  await unfinished.make(1);
  await unfinished.library.pause(unfinished.id);
  const { library } = openTab();
  const id = temporaryImport();
  const refused: [PrunedSource, string][] = [
    [prune('nowhere'), 'model-not-found'],
    [prune(unfinished.id), 'import-incomplete'],
    [prune(of, [[0, 1, 2]]), 'request-invalid'],
    [{ ...prune(of), name: ' ' }, 'request-invalid'],
  ];
  for (const [source, code] of refused) {
    for (const call of [library.preview(source, { id }), library.import(source, { id })]) {
      await expect(call).rejects.toMatchObject({ code, hint: expect.stringMatching(/./) });
    }
  }
  await expect(library.import(prune(of), { id: of })).rejects.toMatchObject({ code: 'request-invalid' });
  expect((await library.list()).some((entry) => entry.id === id)).toBe(false);
  for (const gone of [id, 'nowhere']) {
    expect(await indexedDB.databases()).not.toContainEqual(expect.objectContaining({ name: databaseName(gone) }));
  }
  await expectWhole(of);
});
