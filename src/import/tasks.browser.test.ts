import { expect, test } from 'vitest';
import { faultyServer } from '../../tests/support/faulty-client';
import { ggufFile } from '../../tests/support/ref-files';
import { journalOf } from '../../tests/support/scripted-import';
import { flipped, syntheticPack } from '../../tests/support/synthetic-pack';
import { filesOf, temporaryFolder, writeFile } from '../../tests/support/temporary-folder';
import { ended, openTab, temporaryImport } from '../../tests/support/test-library';
import type { Checkpoint } from '../checkpoint/checkpoint';
import { layoutOf, packLayout } from '../pack/layout';
import { type Manifest, packBytes } from '../pack/manifest';
import type { ImportSource } from '../protocol/library';
import { openCheckpointOf } from '../sources/open-checkpoint';
import { openSource } from '../sources/open-source';
import { type ModelStore, openModelStore } from '../store/model-store';
import { verifyRecords } from '../store/verify';
import { openImportChannel } from './channel';
import { tryModelLock, whenReleased } from './locks';
import { ModelTasks } from './tasks';

const quiet = () => {};

/** Imports a source through a real library worker. */
async function imported(source: ImportSource): Promise<{ id: string; store: ModelStore; manifest: Manifest }> {
  const { library } = openTab();
  const id = temporaryImport();
  await library.import(source, { id });
  expect(await ended(library, id)).toMatchObject({ status: 'complete' });
  const store = await openModelStore(id);
  return { id, store, manifest: (await store.manifest()) as Manifest };
}

/** Flips a bit of one record, and takes another away. */
async function damage(store: ModelStore, manifest: Manifest, flip: string, lose: string): Promise<void> {
  const [wrong, lost] = [flip, lose].map((name) => manifest.records.find((record) => record.name === name));
  const blob = wrong && (await store.get(wrong));
  if (!wrong || !lost || !blob) throw new Error(`${flip}, ${lose}: not there`);
  await store.put(wrong, new Blob([flipped(new Uint8Array(await blob.arrayBuffer()))]));
  await store.delete(lost);
}

/** A File that counts the bytes that are read of it. */
function counted(file: File): { file: File; bytes(): number } {
  let bytes = 0;
  const slice = file.slice.bind(file);
  file.slice = (start = 0, end = file.size, type) => {
    bytes += end - start;
    return slice(start, end, type);
  };
  return { file, bytes: () => bytes };
}

/** Bytes of a checkpoint that the records are made of. */
async function sourceBytes(checkpoint: Checkpoint, manifest: Manifest, names: string[]): Promise<number> {
  const layout = packLayout(manifest.config, manifest.formats);
  let bytes = 0;
  for (const name of names) {
    for (const { tensor } of layoutOf(layout, name).parts) {
      for (const chunk of checkpoint.chunks(name, tensor)) bytes += (await chunk.read()).stored.length;
    }
  }
  return bytes;
}

test('what is damaged is found and made again from the file, exactly as it was; no other weight is read', async () => {
  const { id, store, manifest } = await imported({ kind: 'files', files: [await ggufFile()] });
  const tasks = new ModelTasks();
  expect(await tasks.verify(id, quiet)).toEqual([]);
  const names = ['dense/1', 'expert/1/2'];
  await damage(store, manifest, 'dense/1', 'expert/1/2');
  expect(await tasks.verify(id, quiet)).toEqual(names);
  await expect(tasks.repair(id, quiet)).rejects.toMatchObject({
    code: 'request-invalid',
    hint: expect.stringContaining('Choose'),
    data: { broken: names },
  });

  const looked = counted(await ggufFile());
  const checkpoint = await openCheckpointOf(await openSource({ kind: 'files', files: [looked.file] }));
  const headerBytes = looked.bytes();
  const needed = await sourceBytes(checkpoint, manifest, names);

  const { file, bytes } = counted(await ggufFile());
  const progress: number[] = [];
  const mended = await tasks.repair(
    id,
    ({ doneBytes, totalBytes }) => {
      expect(doneBytes).toBeLessThanOrEqual(totalBytes);
      progress.push(doneBytes);
    },
    { kind: 'files', files: [file] },
  );
  expect(mended).toEqual(names);
  expect(bytes()).toBe(headerBytes + needed);
  expect(progress).toEqual(progress.toSorted((a, b) => a - b));
  const mendedBytes = manifest.records.filter(({ name }) => names.includes(name)).reduce((sum, r) => sum + r.bytes, 0);
  expect(progress.at(-1)).toBe(packBytes(manifest) + mendedBytes);
  expect(await verifyRecords(store, manifest)).toEqual([]);
  expect(await tasks.repair(id, quiet)).toEqual([]);
  store.close();
});

test('another file than the model was made of mends nothing', async () => {
  const { id, store, manifest } = await imported({ kind: 'files', files: [await ggufFile()] });
  await damage(store, manifest, 'expert/0/0', 'expert/1/2');
  const tasks = new ModelTasks();
  const good = new Uint8Array(await (await ggufFile()).arrayBuffer());
  const otherWeights = new File([good.map((byte, at) => (at > good.length / 3 ? byte ^ 1 : byte))], 'model-q4_0.gguf');
  for (const file of [otherWeights, await ggufFile('a')]) {
    await expect(tasks.repair(id, quiet, { kind: 'files', files: [file] })).rejects.toMatchObject({
      code: 'source-changed',
    });
  }
  expect(await tasks.verify(id, quiet)).toEqual(['expert/0/0', 'expert/1/2']);
  store.close();
});

test('a pack from a host is mended from there without asking, by the files of the damaged records alone', async () => {
  const pack = await syntheticPack();
  const host = faultyServer();
  await host.serve('/manifest.json', new TextEncoder().encode(JSON.stringify(pack.manifest)));
  for (const [name, bytes] of pack.bytes) await host.serve(`/${name}.bin`, bytes);
  const { id, store, manifest } = await imported({ kind: 'url', url: `${host.url}/` });
  await damage(store, manifest, 'expert/0/1', 'dense/2');
  const before = (await host.log()).length;
  expect(await new ModelTasks().repair(id, quiet)).toEqual(['dense/2', 'expert/0/1']);
  const paths = (await host.log()).slice(before).map(({ path }) => path);
  expect([...new Set(paths)].filter((path) => path.endsWith('.bin')).length).toBe(2);
  expect(await verifyRecords(store, manifest)).toEqual([]);

  await damage(store, manifest, 'expert/0/1', 'dense/2');
  await host.serve('/expert/0/1.bin', flipped(pack.bytes.get('expert/0/1') ?? new Uint8Array()));
  await expect(new ModelTasks().repair(id, quiet)).rejects.toMatchObject({ code: 'source-changed' });
  expect((await verifyRecords(store, manifest)).map(({ name }) => name)).toEqual(['expert/0/1']);
  store.close();
});

test('a model from the Hub is mended from the commit that it came from, though its branch has moved on', async () => {
  const hub = faultyServer();
  const commit = 'a'.repeat(40);
  const gguf = new Uint8Array(await (await ggufFile()).arrayBuffer());
  const answer = (path: string, value: unknown) => hub.serve(path, new TextEncoder().encode(JSON.stringify(value)));
  const tree = [{ type: 'file', path: 'm.gguf', size: gguf.length, oid: 'b'.repeat(40) }];
  for (const revision of ['main', commit])
    await answer(`/api/models/org/m/revision/${revision}`, { id: 'org/m', sha: commit });
  await answer(`/api/models/org/m/tree/${commit}`, tree);
  await hub.serve(`/org/m/resolve/${commit}/m.gguf`, gguf);
  const { id, store, manifest } = await imported({ kind: 'hub', repo: 'org/m', endpoint: hub.url });
  expect(manifest.source.revision).toBe(commit);

  await damage(store, manifest, 'expert/0/1', 'dense/2');
  await answer('/api/models/org/m/revision/main', { id: 'org/m', sha: 'c'.repeat(40) });
  await answer(`/api/models/org/m/tree/${'c'.repeat(40)}`, []);
  expect(await new ModelTasks().repair(id, quiet)).toEqual(['dense/2', 'expert/0/1']);
  store.close();
});

test('exported, removed and imported again, a model is the same', async () => {
  const { id, store, manifest } = await imported({ kind: 'files', files: [await ggufFile()] });
  store.close();
  const folder = await temporaryFolder();
  await new ModelTasks().exportTo(id, folder, quiet);
  const { library } = openTab();
  await library.remove(id);
  expect((await library.list()).map((model) => model.id)).not.toContain(id);

  const again = await imported({ kind: 'handle', handle: folder });
  expect(again.manifest).toEqual(manifest);
  expect(await verifyRecords(again.store, manifest)).toEqual([]);

  // The folder is known from now on: what breaks comes from there.
  await damage(again.store, manifest, 'expert/0/1', 'dense/2');
  expect(await new ModelTasks().repair(again.id, quiet)).toEqual(['dense/2', 'expert/0/1']);
  // Unless it is gone from there too.
  await damage(again.store, manifest, 'expert/0/1', 'dense/2');
  const right = (await filesOf(folder)).get('expert/0/1.bin') as File;
  await writeFile(folder, 'expert/0/1.bin', flipped(new Uint8Array(await right.arrayBuffer())));
  await expect(new ModelTasks().repair(again.id, quiet)).rejects.toMatchObject({ code: 'source-changed' });
  again.store.close();
});

test('one task at a time, and none beside an import', async () => {
  const { id, store } = await imported({ kind: 'files', files: [await ggufFile()] });
  const tasks = new ModelTasks();
  const [first, second] = await Promise.allSettled([tasks.verify(id, quiet), new ModelTasks().verify(id, quiet)]);
  expect(first).toMatchObject({ status: 'fulfilled', value: [] });
  expect(second).toMatchObject({ status: 'rejected', reason: { code: 'import-busy' } });

  const importing = await tryModelLock(id);
  const folder = await temporaryFolder();
  for (const run of [
    () => tasks.verify(id, quiet),
    () => tasks.repair(id, quiet),
    () => tasks.exportTo(id, folder, quiet),
  ]) {
    await expect(run()).rejects.toMatchObject({ code: 'import-busy' });
  }
  importing?.release();
  await whenReleased(id);
  expect(await tasks.verify(id, quiet)).toEqual([]);
  store.close();
});

test('each can be stopped, and the next can begin at once', async () => {
  const { id, store, manifest } = await imported({ kind: 'files', files: [await ggufFile()] });
  await damage(store, manifest, 'expert/0/1', 'dense/2');
  const tasks = new ModelTasks();
  const stop = () => tasks.cancel(id);
  const stopMending = ({ doneBytes }: { doneBytes: number }) => doneBytes > packBytes(manifest) && stop();
  const source: ImportSource = { kind: 'files', files: [await ggufFile()] };
  await expect(tasks.verify(id, stop)).rejects.toMatchObject({ code: 'aborted' });
  await expect(tasks.exportTo(id, await temporaryFolder(), stop)).rejects.toMatchObject({ code: 'aborted' });
  await expect(tasks.repair(id, stopMending, source)).rejects.toMatchObject({ code: 'aborted' });
  stop(); // nothing runs
  expect(await tasks.verify(id, quiet)).toContain('expert/0/1');
  store.close();
});

test('removing a model in another tab stops the task that is at it', async () => {
  const { id, store, manifest } = await imported({ kind: 'files', files: [await ggufFile()] });
  await damage(store, manifest, 'expert/0/1', 'dense/2');
  store.close();
  const { library } = openTab();
  // The file's bytes come only when somebody has asked to stop.
  const asked = Promise.withResolvers<void>();
  const reading = Promise.withResolvers<void>();
  const file = await ggufFile();
  const whole = file.slice.bind(file);
  file.slice = (...range) => {
    const part = whole(...range);
    part.arrayBuffer = async () => {
      reading.resolve();
      await asked.promise;
      return new Response(part).arrayBuffer();
    };
    return part;
  };
  const repairing = new ModelTasks().repair(id, quiet, { kind: 'files', files: [file] });
  const stopped = expect(repairing).rejects.toMatchObject({ code: 'aborted' });
  await reading.promise;
  const channel = openImportChannel(id, ({ type }) => type === 'pause' && asked.resolve());
  await library.remove(id);
  await stopped;
  channel.close();
});

test('a model that is not there, or not whole, is refused', async () => {
  await expect(new ModelTasks().verify('nowhere', quiet)).rejects.toMatchObject({ code: 'model-not-found' });
  const id = temporaryImport();
  const store = await openModelStore(id);
  await store.begin(journalOf((await syntheticPack()).manifest));
  await expect(new ModelTasks().exportTo(id, await temporaryFolder(), quiet)).rejects.toMatchObject({
    code: 'import-incomplete',
    hint: expect.stringContaining('Resume'),
  });
  store.close();
});
