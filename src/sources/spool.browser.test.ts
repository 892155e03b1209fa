import { expect, onTestFinished, test } from 'vitest';
import { sentTwice } from '../../tests/support/faults';
import { faultyServer } from '../../tests/support/faulty-client';
import { limitedFolder } from '../../tests/support/storage-bucket';
import { testTiming } from '../../tests/support/timing';
import { HEAD_BYTES } from './body';
import { openHttp } from './open-http';
import { openSource } from './open-source';
import { filesIn } from './spool-files';
import { writeSpool } from './spool-writer';

const LIMITS = { smallBytes: 1_000_000, segmentBytes: 1_000_000 };
/** Longer than is kept in memory: four segments. */
const SIZE = 3_500_003;
const BYTES = new Uint8Array(SIZE);
for (let i = 0; i < SIZE; i++) BYTES[i] = Math.imul(i, 2654435761) >>> 21;

const spools = async (): Promise<string[]> => {
  const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('mixtab-spool', { create: true });
  return Array.fromAsync(folder.keys());
};

const open = async (address: string) => {
  const source = await openSource({ kind: 'url', url: address }, { timing: testTiming(), limits: LIMITS });
  onTestFinished(() => source.close());
  const file = await source.folder.open('model.gguf');
  if (file === null) throw new Error('nothing there');
  return { source, file };
};

const same = (bytes: Uint8Array, offset: number): boolean =>
  indexedDB.cmp(bytes, BYTES.subarray(offset, offset + bytes.length)) === 0;

test('a file of a host without ranges is fetched once for all who read it, and goes when the last one closes', async () => {
  const server = faultyServer();
  await server.serve('/model.gguf', BYTES, { ranges: false });
  const address = `${server.url}/model.gguf`;
  const [one, two] = [await open(address), await open(address)];
  expect(one.source.spoolBytes).toBe(SIZE);
  expect(same(await one.file.read(1000, 5000), 1000)).toBe(true);
  const before = await server.log();
  expect(await spools()).toHaveLength(1);

  const reads = [one, two].map(({ file }) => file.read(HEAD_BYTES - 10, SIZE - HEAD_BYTES + 10));
  expect((await Promise.all(reads)).every((bytes) => same(bytes, HEAD_BYTES - 10))).toBe(true);
  const after = (await server.log()).slice(before.length);
  expect(after.map(({ to }) => to)).toEqual([SIZE]);
  await one.source.close();
  expect(same(await two.file.read(SIZE - 7, 7), SIZE - 7)).toBe(true);
  expect(await spools()).toHaveLength(1);
  await two.source.close();
  expect(await spools()).toEqual([]);
});

test('a broken connection starts the stream anew, and what is kept is not written again', async () => {
  const server = faultyServer();
  await server.serve('/model.gguf', BYTES, { ranges: false });
  const { file } = await open(`${server.url}/model.gguf`);
  for (const afterBytes of [2_000_000, 100_000, 3_300_000]) {
    await server.fail('/model.gguf', { type: 'drop', afterBytes });
  }
  expect(same(await file.read(SIZE - 100_000, 100_000), SIZE - 100_000)).toBe(true);
  expect(same(await file.read(1_500_000, 800_000), 1_500_000)).toBe(true);
});

test('when the writer goes, the next one who waits takes over', async () => {
  const server = faultyServer();
  await server.serve('/model.gguf', BYTES, { ranges: false });
  const address = `${server.url}/model.gguf`;
  const [one, two] = [await open(address), await open(address)];
  await server.fail('/model.gguf', { type: 'hang', afterBytes: 2_000_000 });
  const first = one.file.read(SIZE - 10, 10);
  await server.hung('/model.gguf', 1);
  const second = two.file.read(SIZE - 10, 10);
  const ended = expect(first).rejects.toMatchObject({ code: 'aborted' });
  await one.source.close();
  await ended;
  expect(same(await second, SIZE - 10)).toBe(true);
});

test('what was kept on closing is there the next time', async () => {
  const server = faultyServer();
  await server.serve('/model.gguf', BYTES, { ranges: false });
  const one = await open(`${server.url}/model.gguf?sig=1`);
  await one.file.read(SIZE - 10, 10);
  await one.source.close(true);
  const two = await open(`${server.url}/model.gguf?sig=2`);
  const before = (await server.log()).length;
  expect(same(await two.file.read(SIZE - 10, 10), SIZE - 10)).toBe(true);
  expect(await server.log()).toHaveLength(before);
});

test('a failure of the writer is the failure of all who wait', async () => {
  const server = faultyServer();
  await server.serve('/model.gguf', BYTES, { ranges: false });
  const address = `${server.url}/model.gguf`;
  const [one, two] = [await open(address), await open(address)];
  await server.serve(
    '/model.gguf',
    BYTES.map((byte) => byte ^ 1),
    { ranges: false },
  );
  for (const { file } of [one, two]) {
    await expect(file.read(SIZE - 10, 10)).rejects.toMatchObject({ code: 'source-changed' });
  }
});

test('a full disk is said as that, and whole segments stay', async () => {
  const server = faultyServer();
  await server.serve('/model.gguf', BYTES, { ranges: false });
  const files = filesIn(await limitedFolder(2_500_000));
  const { http } = openHttp({ timing: testTiming(), limits: LIMITS }, {});
  const version = { size: SIZE, tag: '', etag: '', lastModified: '' };
  const remote = { http, name: 'model.gguf', address: `${server.url}/model.gguf`, version };
  let segments = 0;
  const writing = writeSpool(remote, files, 500_000, () => segments++);
  await expect(writing).rejects.toMatchObject({ code: 'storage-full' });
  expect(segments).toBeGreaterThan(0);
  expect(await files.read(segments - 1, 500_000)).not.toBeNull();
  expect(await files.read(segments, 500_000)).toBeNull();
});

test('records of a pack are taken out of one answer, and nothing is kept', async () => {
  const server = faultyServer();
  await server.serve('/manifest.json', new TextEncoder().encode('{"format":"mixtab-pack"}'), { ranges: false });
  await server.serve('/dense/0.bin', BYTES, { ranges: false });
  const source = await openSource({ kind: 'url', url: `${server.url}/` }, { timing: testTiming(), limits: LIMITS });
  onTestFinished(() => source.close());
  expect(source.kind).toBe('pack');
  await server.fail('/dense/0.bin', { type: 'drop', afterBytes: 1_100_000 }, { after: 1 });
  const record = await source.folder.open('dense/0.bin');
  for (let at = 0; at < SIZE; at += 400_000) {
    const bytes = await record?.read(at, Math.min(400_000, SIZE - at));
    expect(bytes && same(bytes, at)).toBe(true);
  }
  expect((await server.log('/dense')).map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(source.spoolBytes).toBe(0);
  expect(await spools()).toEqual([]);
});

test('ranges of another origin need no preflight, and no byte is sent twice', async () => {
  const server = faultyServer();
  await server.serve('/model.gguf', BYTES);
  const { file } = await open(`${server.url}/model.gguf`);
  expect(same(await file.read(0, SIZE), 0)).toBe(true);
  const log = await server.log();
  expect(new Set(log.map(({ method }) => method))).toEqual(new Set(['GET']));
  expect(log).toHaveLength(2);
  expect(sentTwice(log)).toEqual([]);
});

test('a host that shows other origins neither size nor version of a part is read all the same', async () => {
  const server = faultyServer();
  await server.serve('/model.gguf', BYTES, { expose: false });
  const { file } = await open(`${server.url}/model.gguf`);
  expect(file.size).toBe(SIZE);
  expect(same(await file.read(900_000, 900_000), 900_000)).toBe(true);
});

test('a host that forbids other origins to read is said soon', async () => {
  const server = faultyServer();
  await server.serve('/model.gguf', BYTES, { cors: false });
  await expect(open(`${server.url}/model.gguf`)).rejects.toMatchObject({
    code: 'network-failed',
    hint: expect.stringContaining('CORS'),
  });
});
