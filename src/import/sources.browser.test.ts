import { describe, expect, test } from 'vitest';
import type { Sent } from '../../tests/support/faults';
import { faultyServer } from '../../tests/support/faulty-client';
import { ggufFile } from '../../tests/support/ref-files';
import { expectWhole, steeredImport } from '../../tests/support/steered-import';
import { syntheticPack } from '../../tests/support/synthetic-pack';
import { temporaryFolder, writeFile } from '../../tests/support/temporary-folder';
import { ended, ImportEar, openTab, temporaryImport } from '../../tests/support/test-library';
import { recordPath } from '../pack/manifest';
import type { ImportSource } from '../protocol/library';
import { openModelStore } from '../store/model-store';

const bytesOf = async (file: File): Promise<Uint8Array<ArrayBuffer>> => new Uint8Array(await file.arrayBuffer());

/** Read of a file whenever it is opened. */
const HEAD_BYTES = 256 * 1024;

const weightsOf = (log: Sent[]): Sent[] => log.filter(({ from, to }) => from >= HEAD_BYTES && to > from);

describe('an address', () => {
  test('is gone on with in another session by itself; no byte of a committed record is sent again, whatever the host does', async () => {
    const server = faultyServer();
    const bytes = await bytesOf(await ggufFile('a'));
    await server.serve('/mixtral.gguf', bytes);
    await server.fail('/mixtral.gguf', { type: 'drop', afterBytes: 20_000 }, { after: 3, times: 2 });
    await server.fail('/mixtral.gguf', { type: 'status', status: 503, retryAfter: '0' }, { after: 8, times: 2 });
    const first = await steeredImport({ kind: 'url', url: `${server.url}/mixtral.gguf?signature=secret` });
    const made = await first.make(4);
    const sentBefore = weightsOf(await server.log());
    const { library } = openTab();
    await library.pause(first.id);
    expect((await library.list()).find(({ id }) => id === first.id)).toMatchObject({
      status: 'paused',
      needs: 'nothing',
      sourceKind: 'url',
      sourceLabel: expect.not.stringContaining('secret'),
    });
    await library.resume(first.id);
    expect(await ended(library, first.id)).toMatchObject({ status: 'complete', error: null });
    expect(first.ear.committed.slice(0, 4)).toEqual(made);
    expect(new Set(first.ear.committed).size).toBe(first.ear.committed.length);
    const sentAfter = weightsOf(await server.log()).slice(sentBefore.length);
    expect(sentBefore.length).toBeGreaterThan(3);
    expect(sentAfter.length).toBeGreaterThan(10);
    const again = sentAfter.filter(({ from, to }) => sentBefore.some((before) => before.from < to && before.to > from));
    expect(again).toEqual([]);
    await expectWhole(first.id);
  });

  test('at which the file changes under way ends the import; what is committed stays', async () => {
    const server = faultyServer();
    const bytes = await bytesOf(await ggufFile('a'));
    await server.serve('/mixtral.gguf', bytes);
    const url: ImportSource = { kind: 'url', url: `${server.url}/mixtral.gguf` };
    const { steering, library, id, make } = await steeredImport(url, 2);
    await make(3);
    await server.serve(
      '/mixtral.gguf',
      bytes.map((byte, at) => (at === bytes.length - 1 ? byte ^ 1 : byte)),
    );
    steering.makeAll();
    const entry = await ended(library, id);
    expect(entry).toMatchObject({ status: 'failed', error: { code: 'source-changed' } });
    expect(entry.committedBytes).toBeGreaterThan(0);
    await expect(library.resume(id)).rejects.toMatchObject({ code: 'source-changed' });
    await server.serve('/mixtral.gguf', bytes);
    await library.resume(id);
    expect(await ended(library, id)).toMatchObject({ status: 'complete' });
    await expectWhole(id);
  });

  test('that cannot be opened is refused at once, and leaves nothing', async () => {
    const { library } = openTab();
    const id = temporaryImport();
    const missing: ImportSource = { kind: 'url', url: `${faultyServer().url}/none.gguf` };
    for (const call of [library.preview(missing, { id }), library.import(missing, { id })]) {
      await expect(call).rejects.toMatchObject({ code: 'model-not-found' });
    }
    expect((await library.list()).some((entry) => entry.id === id)).toBe(false);
  });
});

test('a pack is fetched record by record as it is; of a newer revision only what differs', async () => {
  const server = faultyServer();
  const serve = async (pack: Awaited<ReturnType<typeof syntheticPack>>) => {
    for (const [name, bytes] of pack.bytes) await server.serve(`/pack/${recordPath(name)}`, bytes);
    await server.serve('/pack/manifest.json', new TextEncoder().encode(JSON.stringify(pack.manifest)));
  };
  const pack = await syntheticPack();
  await serve(pack);
  const source: ImportSource = { kind: 'url', url: `${server.url}/pack/` };
  const { steering, library, id, ear, make } = await steeredImport(source);
  const made = await make(3);
  await library.pause(id);
  const other = await syntheticPack(2);
  const replaced = 'expert/1/1';
  const newer = {
    manifest: {
      ...pack.manifest,
      records: pack.manifest.records.map((record) =>
        record.name === replaced ? (other.manifest.records.find(({ name }) => name === replaced) ?? record) : record,
      ),
    },
    bytes: new Map([...pack.bytes, [replaced, other.bytes.get(replaced) ?? new Uint8Array()]]),
  };
  await serve(newer);
  steering.makeAll();
  await library.resume(id);
  expect(await ended(library, id)).toMatchObject({ status: 'complete', sourceKind: 'url', formats: 'q4' });
  expect(ear.committed.slice(0, 3)).toEqual(made);
  expect(ear.committed.toSorted()).toEqual(pack.manifest.records.map(({ name }) => name).toSorted());
  const store = await openModelStore(id);
  expect(await store.manifest()).toEqual(newer.manifest);
  store.close();
  await expectWhole(id);
  expect(await library.report(id)).toBeNull();
});

test('a file of a remembered handle is gone on with by itself', async () => {
  const folder = await temporaryFolder();
  await writeFile(folder, 'mixtral.gguf', await ggufFile('b'));
  const handle = await folder.getFileHandle('mixtral.gguf');
  const first = await steeredImport({ kind: 'handle', handle });
  await first.make(2);
  await first.library.pause(first.id);
  const { library } = openTab();
  expect((await library.list()).find(({ id }) => id === first.id)).toMatchObject({
    status: 'paused',
    needs: 'nothing',
    sourceKind: 'handle',
    sourceLabel: 'mixtral.gguf',
  });
  await library.resume(first.id);
  expect(await ended(library, first.id)).toMatchObject({ status: 'complete' });
  await expectWhole(first.id);
});

test('a preview says what a source holds and takes, and what of it is there already', async () => {
  const source: ImportSource = { kind: 'files', files: [await ggufFile('b')] };
  const { id, library, make } = await steeredImport(source);
  const before = await library.preview(source, { id });
  expect(before).toMatchObject({
    id,
    name: 'model-q4_0',
    kind: 'GGUF, Q4_0',
    layers: 2,
    experts: 4,
    topK: 1,
    contextLength: 1024,
    committedBytes: 0,
    formats: 'q4',
    spoolBytes: 0,
    choices: [],
  });
  expect(before.packBytes).toBeGreaterThan(before.sourceBytes / 2);
  expect(before.mostBytes).toBeGreaterThan(before.leastBytes);
  expect(before.storage?.quotaBytes).toBeGreaterThan(0);
  await make(2);
  const { committedBytes } = await library.preview(source, { id });
  expect(committedBytes).toBeGreaterThan(0);
  expect(committedBytes).toBeLessThan(before.packBytes);
  const other = await library.preview({ kind: 'files', files: [await ggufFile('a')] }, { id });
  expect(other.committedBytes).toBe(0);
  await library.pause(id);
});

describe('names', () => {
  test('a source keeps its id, and another source of the same name gets another', async () => {
    const { library } = openTab();
    const name = `Twin ${crypto.randomUUID()}`;
    const file = async (model: 'a' | 'b') => new File([await ggufFile(model)], `${name}.gguf`, { lastModified: 1 });
    const [a, b] = [await file('a'), await file('b')];
    const importOf = (chosen: File) => library.import({ kind: 'files', files: [chosen] });
    const first = await importOf(b);
    expect(first).toMatch(/^twin-[0-9a-f-]+$/);
    expect(await ended(library, first)).toMatchObject({ status: 'complete' });
    expect(await importOf(b)).toBe(first);
    const second = await importOf(a);
    expect(second).toBe(`${first}-2`);
    await library.remove(second);
    await library.remove(first);
    expect((await library.list()).filter(({ id }) => id.startsWith(first))).toEqual([]);
  });

  test('a name that is taken by another model is refused', async () => {
    const { library } = openTab();
    const id = temporaryImport();
    const ear = new ImportEar(id);
    await library.import({ kind: 'files', files: [await ggufFile('b')] }, { id });
    await ear.until(() => ear.heard.at(-1)?.type === 'ended');
    await ended(library, id);
    const other: ImportSource = { kind: 'files', files: [await ggufFile('a')] };
    await expect(library.import(other, { id })).rejects.toMatchObject({ code: 'source-changed' });
    await expect(library.import(other, { id: '../x' })).rejects.toMatchObject({ code: 'request-invalid' });
    expect(await ended(library, id)).toMatchObject({ status: 'complete' });
  });
});
