import { expect, test } from 'vitest';
import { ScriptedImport } from '../../tests/support/scripted-import';
import {
  bytesOf,
  flipped,
  recordOf,
  SMALL_CONFIG,
  type SyntheticPack,
  syntheticPack,
} from '../../tests/support/synthetic-pack';
import { fill, namesOf, readAll, readsRight, temporaryModel } from '../../tests/support/temporary-store';
import { PIECE_BYTES } from '../pack/manifest';
import { openCatalogue } from '../store/catalogue';
import { databaseName, openModelStore } from '../store/model-store';
import { openImportChannel } from './channel';
import { modelLock } from './locks';
import { type OpenModel, openStoredModel } from './open-model';

const DENSE = ['dense/0', 'dense/1', 'dense/2', 'dense/3'];

/** In the pieces that a conversion makes. */
const convertedPack = (seed = 1) => syntheticPack(seed, SMALL_CONFIG, PIECE_BYTES);

interface Unfinished {
  id: string;
  pack: SyntheticPack;
  importer: ScriptedImport;
  model: OpenModel;
}

/** A model of which the dense weights and expert/0/0 are there, and whose import runs. */
async function unfinished(): Promise<Unfinished> {
  const pack = await convertedPack();
  const id = temporaryModel();
  const importer = await ScriptedImport.run(id, pack);
  await importer.commit(...DENSE, 'expert/0/0');
  return { id, pack, importer, model: await openStoredModel(id) };
}

test('a model that is not there is refused by name, and no database is made for it', async () => {
  await expect(openStoredModel('nowhere')).rejects.toMatchObject({
    code: 'model-not-found',
    message: expect.stringContaining('nowhere'),
    hint: expect.stringMatching(/./),
  });
  expect(await indexedDB.databases()).not.toContainEqual(expect.objectContaining({ name: databaseName('nowhere') }));
});

test('a whole model opens without a source; what breaks is refused, and read again once it was repaired', async () => {
  const pack = await convertedPack();
  const id = temporaryModel();
  const store = await openModelStore(id);
  await fill(store, pack);
  await store.put(recordOf(pack, 'expert/0/1'), new Blob([flipped(bytesOf(pack, 'expert/0/1'))]));
  await store.delete(recordOf(pack, 'expert/1/1'));
  const { manifest, reader, close } = await openStoredModel(id);
  expect(manifest).toEqual(pack.manifest);
  for (const name of ['expert/0/1', 'expert/1/1']) {
    expect(reader.has(name)).toBe(true);
    await expect(readAll(reader, name)).rejects.toMatchObject({
      code: 'record-broken',
      hint: expect.stringContaining('Repair the model in the model list'),
      data: { record: name },
    });
    await store.put(recordOf(pack, name), new Blob([bytesOf(pack, name)]));
    expect(await readsRight(reader, pack, name)).toBe(true);
  }
  close();
  store.close();
});

test('opening a model marks it as used', async () => {
  const pack = await convertedPack();
  const id = temporaryModel();
  const store = await openModelStore(id);
  await fill(store, pack);
  store.close();
  const catalogue = openCatalogue();
  const row = { id, name: 'x', sourceKind: 'url', sourceLabel: 'x', formats: 'q4', packBytes: 1 } as const;
  await catalogue.put({ ...row, addedAt: 1, usedAt: 1, complete: true, error: null });
  (await openStoredModel(id)).close();
  expect((await catalogue.row(id))?.usedAt).toBeGreaterThan(1);
  await catalogue.remove(id);
  catalogue.close();
});

test('an unfinished model opens as soon as its dense weights are there, and not before', async () => {
  const pack = await convertedPack();
  const id = temporaryModel();
  const importer = await ScriptedImport.run(id, pack);
  await importer.commit('dense/0', 'dense/1', 'dense/2', 'expert/0/0');
  await expect(openStoredModel(id)).rejects.toMatchObject({
    code: 'import-incomplete',
    message: expect.stringContaining('got 3 so far'),
    data: { neededBytes: recordOf(pack, 'dense/3').bytes },
  });
  await importer.commit('dense/3');
  const { manifest, reader, close } = await openStoredModel(id);
  const { name, config, formats, tokenizer, generation } = pack.manifest;
  expect(manifest).toMatchObject({ name, config, formats, tokenizer, generation });
  for (const record of [...DENSE, 'expert/0/0']) {
    expect(reader.has(record)).toBe(true);
    expect(await readsRight(reader, pack, record)).toBe(true);
  }
  expect(reader.has('expert/1/2')).toBe(false);
  expect(importer.wanted).toEqual([]);
  close();
});

test('a record that is not there yet is asked for once, however many wait for it, and read when it comes', async () => {
  const { pack, importer, model } = await unfinished();
  const wanted = importer.nextWant();
  const reads = [1, 2, 3].map(() => readsRight(model.reader, pack, 'expert/1/2'));
  expect(await wanted).toBe('expert/1/2');
  await importer.commit('expert/0/1', 'expert/1/2');
  expect(await Promise.all(reads)).toEqual([true, true, true]);
  // expert/0/1 came without being asked for.
  expect(await readsRight(model.reader, pack, 'expert/0/1')).toBe(true);
  expect(importer.wanted).toEqual(['expert/1/2']);
  model.close();
});

test('who stops waiting does so at once; the others go on', async () => {
  const { pack, importer, model } = await unfinished();
  const stop = new AbortController();
  const wanted = importer.nextWant();
  const stopped = readAll(model.reader, 'expert/1/2', stop.signal);
  const patient = readsRight(model.reader, pack, 'expert/1/2');
  await wanted;
  stop.abort();
  await expect(stopped).rejects.toMatchObject({ code: 'aborted' });
  await importer.commit('expert/1/2');
  expect(await patient).toBe(true);
  model.close();
});

test('closing the model ends a wait', async () => {
  const { importer, model } = await unfinished();
  const wanted = importer.nextWant();
  const reading = readAll(model.reader, 'expert/1/2');
  await wanted;
  model.close();
  await expect(reading).rejects.toMatchObject({ code: 'aborted' });
});

for (const [how, stop] of [
  ['says that it is paused', (importer: ScriptedImport) => importer.end()],
  ['is closed without a word', (importer: ScriptedImport) => importer.die()],
] as const) {
  test(`an importer that ${how} ends the wait; after a resume the same reader goes on`, async () => {
    const { id, pack, importer, model } = await unfinished();
    const wanted = importer.nextWant();
    const reading = readAll(model.reader, 'expert/1/2');
    await wanted;
    stop(importer);
    const refusal = {
      code: 'import-incomplete',
      hint: expect.stringContaining('Resume'),
      data: { id, record: 'expert/1/2' },
    };
    await expect(reading).rejects.toMatchObject(refusal);
    await expect(readAll(model.reader, 'expert/1/2')).rejects.toMatchObject(refusal);
    expect(await readsRight(model.reader, pack, 'expert/0/0')).toBe(true);

    const next = await ScriptedImport.run(id, pack);
    next.onWant((record) => void next.commit(record));
    expect(await readsRight(model.reader, pack, 'expert/1/2')).toBe(true);
    model.close();
  });
}

test('an importer that takes over from one that died is asked anew', async () => {
  const { id, pack, importer, model } = await unfinished();
  const wanted = importer.nextWant();
  const reading = readsRight(model.reader, pack, 'expert/1/2');
  await wanted;
  const taking = ScriptedImport.takeOver(id, pack);
  importer.die();
  const next = await taking;
  expect(await next.nextWant()).toBe('expert/1/2');
  await next.commit('expert/1/2');
  expect(await reading).toBe(true);
  model.close();
});

test('an importer that was only beginning, and heard nothing, is asked again at its first word', async () => {
  const { id, pack, importer, model } = await unfinished();
  importer.die();
  const lock = await modelLock(id);
  const reading = readsRight(model.reader, pack, 'expert/1/2');
  // Asked for when nobody listened yet.
  await new Promise<void>((resolve) => {
    const witness = openImportChannel(id, ({ type }) => {
      if (type !== 'want') return;
      witness.close();
      resolve();
    });
  });
  const beginning = await ScriptedImport.run(id, pack, async () => lock);
  const wanted = beginning.nextWant();
  beginning.tell();
  expect(await wanted).toBe('expert/1/2');
  await beginning.commit('expert/1/2');
  expect(await reading).toBe(true);
  model.close();
});

test('when the import ends well the model goes on without being opened anew, alone', async () => {
  const { pack, importer, model } = await unfinished();
  const rest = namesOf(pack.manifest).filter((name) => !DENSE.includes(name) && name !== 'expert/0/0');
  await importer.commit(...rest);
  await importer.finish();
  for (const name of namesOf(pack.manifest)) expect(await readsRight(model.reader, pack, name)).toBe(true);
  model.close();
});

test('a committed record that has been damaged since is refused by name', async () => {
  const { pack, importer, model } = await unfinished();
  await importer.store.put(recordOf(pack, 'expert/0/0'), new Blob([flipped(bytesOf(pack, 'expert/0/0'))]));
  await expect(readAll(model.reader, 'expert/0/0')).rejects.toMatchObject({ code: 'record-broken' });
  model.close();
});

test('another model in its place is noticed', async () => {
  const { id, importer, model } = await unfinished();
  importer.end();
  const store = await openModelStore(id);
  await store.destroy();
  const other = await ScriptedImport.run(id, await convertedPack(2));
  await other.commit('expert/1/2');
  await expect(readAll(model.reader, 'expert/1/2')).rejects.toMatchObject({ code: 'source-changed' });
  model.close();
});
