import { describe, expect, test } from 'vitest';
import { openBucket } from '../../tests/support/bucket';
import { ggufFile } from '../../tests/support/ref-files';
import { expectWhole, steeredImport } from '../../tests/support/steered-import';
import { SteeredLanes } from '../../tests/support/steered-lanes';
import { temporaryBucket } from '../../tests/support/storage-bucket';
import { ended, ImportEar, openTab, temporaryImport, until } from '../../tests/support/test-library';
import type { ImportSource } from '../protocol/library';
import { openModelStore } from '../store/model-store';
import { Library } from './library';

/** Of model b, in the order in which an import takes them. */
const RECORDS = [
  ...['dense/0', 'dense/1', 'dense/2', 'dense/3'],
  ...['expert/0/0', 'expert/0/1', 'expert/0/2', 'expert/0/3'],
  ...['expert/1/0', 'expert/1/1', 'expert/1/2', 'expert/1/3'],
];

const gguf = async (): Promise<ImportSource> => ({ kind: 'files', files: [await ggufFile('b')] });

test('dense weights first, then experts by layer; one that an engine wants jumps the queue', async () => {
  const { steering, library, id, ear, make } = await steeredImport(await gguf());
  expect(await make(2)).toEqual(['dense/0', 'dense/1']);
  const third = await steering.asked();
  ear.channel.post({ type: 'want', record: 'expert/1/2' });
  // One that is there is told once more: who wants it may have missed the first time.
  ear.channel.post({ type: 'want', record: 'dense/0' });
  await ear.until(() => ear.committed.length === 3);
  expect(ear.committed).toEqual(['dense/0', 'dense/1', 'dense/0']);
  steering.make(third);
  expect(await make(1)).toEqual(['expert/1/2']);
  steering.makeAll();
  await ended(library, id);
  expect(ear.committed.slice(5)).toEqual(RECORDS.slice(3).filter((record) => record !== 'expert/1/2'));
  await expectWhole(id);
});

test('it can be run from when the dense weights are there; progress never passes the whole', async () => {
  const { steering, library, id, ear, make } = await steeredImport(await gguf());
  await make(3);
  expect(await until(library, id, (entry) => entry.progress !== null)).toMatchObject({
    status: 'importing',
    runnable: false,
    progress: { phase: 'dense' },
  });
  await make(1);
  const runnable = await until(library, id, (entry) => entry.runnable);
  expect(runnable).toMatchObject({ status: 'importing', progress: { phase: 'experts' } });
  steering.makeAll();
  const { packBytes } = await ended(library, id);
  const progress = ear.heard.flatMap((message) => (message.type === 'progress' ? [message.progress] : []));
  expect(progress.every(({ doneBytes, totalBytes }) => totalBytes === packBytes && doneBytes <= packBytes)).toBe(true);
  expect(progress.at(-1)).toMatchObject({ phase: 'finishing', doneBytes: packBytes });
});

describe('a worker that dies', () => {
  test('is replaced, and its record made again', async () => {
    const { steering, library, id, ear, make } = await steeredImport(await gguf(), 2);
    await make(1);
    const record = await steering.asked();
    steering.die(record);
    steering.makeAll();
    expect(await ended(library, id)).toMatchObject({ status: 'complete', error: null });
    expect(ear.committed.toSorted()).toEqual(RECORDS);
    await expectWhole(id);
  });

  test('twice at the same record ends the import, which says at which; what is committed stays', async () => {
    const { steering, library, id, ear, make } = await steeredImport(await gguf());
    await make(2);
    for (let time = 0; time < 2; time++) {
      expect(await steering.asked()).toBe('dense/2');
      steering.die('dense/2');
    }
    const entry = await ended(library, id);
    expect(entry).toMatchObject({
      status: 'failed',
      error: { code: 'worker-died', message: expect.stringContaining('dense/2'), data: { record: 'dense/2' } },
      needs: 'files',
      progress: null,
    });
    expect(entry.committedBytes).toBeGreaterThan(0);
    steering.makeAll();
    await library.resume(id, await gguf());
    expect(await ended(library, id)).toMatchObject({ status: 'complete' });
    expect(ear.committed.toSorted()).toEqual(RECORDS);
  });
});

describe('two tabs', () => {
  test('one import at a time: the other tab is refused, sees the progress, and can pause and resume it', async () => {
    const { steering, library, id, ear, make } = await steeredImport(await gguf());
    const other = openTab().library;
    await make(2);
    await expect(other.import(await gguf(), { id })).rejects.toMatchObject({ code: 'import-busy', data: { id } });
    const seen = await until(other, id, (entry) => entry.progress !== null);
    expect(seen).toMatchObject({ status: 'importing', runnable: false });
    expect(seen.progress?.doneBytes).toBeGreaterThan(0);
    await other.pause(id);
    expect(await ended(library, id)).toMatchObject({ status: 'paused', needs: 'files', error: null });
    expect(await ended(other, id)).toMatchObject({ status: 'paused', runnable: false });
    expect(ear.committed).toEqual(RECORDS.slice(0, 2));
    await other.resume(id, await gguf());
    expect(await ended(other, id)).toMatchObject({ status: 'complete' });
    expect(ear.committed.toSorted()).toEqual(RECORDS);
    await expectWhole(id);
    steering.makeAll();
  });

  test('a model can be removed in the middle of its import, from any tab', async () => {
    const { library, id, make } = await steeredImport(await gguf());
    await make(2);
    const other = openTab().library;
    await other.remove(id);
    for (const list of [await library.list(), await other.list()]) {
      expect(list.find((entry) => entry.id === id)).toBeUndefined();
    }
    const store = await openModelStore(id);
    expect(await store.journal()).toBeNull();
    store.close();
  });
});

describe('another source', () => {
  test('is refused where records of the first are there, and taken where none is', async () => {
    const { steering, library, id, make } = await steeredImport(await gguf());
    const file = await ggufFile('b');
    const changed: ImportSource = {
      kind: 'files',
      files: [new File([file], file.name, { lastModified: file.lastModified + 1000 })],
    };
    await library.pause(id);
    await library.resume(id, changed);
    await make(1);
    await library.pause(id);
    for (const other of [await gguf(), { kind: 'files' as const, files: [await ggufFile('a')] }]) {
      await expect(library.resume(id, other)).rejects.toMatchObject({ code: expect.stringMatching(/source-changed/) });
    }
    expect((await library.list()).find((entry) => entry.id === id)).toMatchObject({ status: 'paused' });
    steering.makeAll();
    await library.resume(id, changed);
    expect(await ended(library, id)).toMatchObject({ status: 'complete' });
    await expectWhole(id);
  });
});

test('a full storage is told with figures; when there is room again, the import goes on from there', async () => {
  const bucket = temporaryBucket();
  const { indexedDB: factory } = await openBucket(bucket, 1_000_000);
  const ballast = await openModelStore('ballast', factory);
  for (const name of ['a', 'b', 'c', 'd', 'e']) {
    await ballast.put({ name, bytes: 100_000, sha256: ['0'] }, new Blob([new Uint8Array(100_000)]));
  }
  const steering = new SteeredLanes(bucket);
  const library = new Library({ lanes: 2, startWorker: steering.startWorker, indexedDB: factory });
  const id = temporaryImport();
  const ear = new ImportEar(id);
  steering.makeAll();
  await library.import(await gguf(), { id });
  const full = await ended(library, id);
  expect(full).toMatchObject({
    status: 'failed',
    error: {
      code: 'storage-full',
      data: { committedBytes: full.committedBytes, neededBytes: full.packBytes - full.committedBytes },
      hint: expect.stringMatching(/./),
    },
  });
  expect(full.committedBytes).toBeGreaterThan(0);
  await ballast.destroy();
  await library.resume(id, await gguf());
  expect(await ended(library, id)).toMatchObject({ status: 'complete' });
  expect(ear.committed.toSorted()).toEqual(RECORDS);
  await expectWhole(id, factory);
});
