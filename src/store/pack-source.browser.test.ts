import { expect, test } from 'vitest';
import { type Answer, intercept } from '../../tests/support/intercept';
import { bytesOf, flipped, recordOf, type SyntheticPack, syntheticPack } from '../../tests/support/synthetic-pack';
import { namesOf, readAll, rightRecords, temporaryModel, temporaryStore } from '../../tests/support/temporary-store';
import { packBytes } from '../pack/manifest';
import { type InstallProgress, installPack } from './install';
import { openPack } from './open-pack';
import { httpPackSource } from './pack-source';

/** A host of the pack that answers some paths otherwise. */
const host =
  (pack: SyntheticPack, otherwise: Record<string, Answer> = {}) =>
  (path: string): Answer =>
    otherwise[path] ??
    (path === 'manifest.json'
      ? { status: 200, contentType: 'application/json', body: JSON.stringify(pack.manifest) }
      : { status: 200, body: bytesOf(pack, path.replace(/\.bin$/, '')) });

test('installs the embedded model over HTTP, and reads it from the store afterwards', async () => {
  const ref = { id: temporaryModel(), url: new URL('/models/tiny/', location.origin).href };
  const progress: InstallProgress[] = [];
  const first = await openPack(ref, { onProgress: (p) => progress.push(p) });
  const totalBytes = packBytes(first.manifest);
  expect(progress.at(-1)).toEqual({ loadedBytes: totalBytes, totalBytes });
  first.close();
  const second = await openPack(ref);
  expect(second.fromCache).toBe(true);
  for (const { name, bytes } of second.manifest.records) {
    expect((await readAll(second.reader, name)).byteLength).toBe(bytes);
  }
  await second.revalidated;
  expect(await second.store?.nextManifest()).toBeNull();
  second.close();
});

test.each<[string, string, string, Answer]>([
  ['no manifest', 'model-not-found', "expected a pack's manifest, got HTTP 404", { status: 404, body: '' }],
  [
    'a start page in its place',
    'manifest-invalid',
    'expected JSON, got an HTML page',
    { status: 200, body: '<!doctype html>' },
  ],
  ['a text in its place', 'manifest-invalid', 'expected JSON, got "hello"', { status: 200, body: 'hello' }],
  ['a host in trouble', 'network-failed', 'expected HTTP 200, got HTTP 503', { status: 503, body: '{}' }],
  ['no host', 'network-failed', 'expected an answer, got Failed to fetch', 'refused'],
])('%s is refused as %s, with the address', async (_, code, message, answer) => {
  const url = await intercept('/no-pack/', () => answer);
  await expect(installPack(httpPackSource(url), await temporaryStore())).rejects.toMatchObject({
    code,
    message: `fetching ${url}manifest.json: ${message}`,
    hint: expect.stringMatching(/./),
    data: { url: `${url}manifest.json` },
  });
});

test.each<[string, string, (pack: SyntheticPack) => Answer, Record<string, unknown>]>([
  ['missing', 'network-failed', () => ({ status: 404, body: '' }), {}],
  ['unreachable', 'network-failed', () => 'refused', {}],
  [
    'flipped',
    'record-broken',
    (pack) => ({ status: 200, body: flipped(bytesOf(pack, 'dense/1')) }),
    { record: 'dense/1' },
  ],
  ['short', 'record-broken', () => ({ status: 200, body: '<!doctype html>' }), { record: 'dense/1', got: '15' }],
])(
  'a record that is %s on the host is refused as %s, and the rest is kept for the next try',
  async (_, code, answer, data) => {
    const pack = await syntheticPack();
    const store = await temporaryStore();
    let answers = host(pack, { 'dense/1.bin': answer(pack) });
    const url = await intercept('/bad-pack/', (path) => answers(path));
    await expect(installPack(httpPackSource(url), store)).rejects.toMatchObject({ code, data });
    const kept = await rightRecords(store, pack);
    expect(kept).not.toContain('dense/1');
    answers = host(pack);
    await installPack(httpPackSource(url), store);
    expect(await rightRecords(store, pack)).toEqual(namesOf(pack.manifest));
  },
);

test('an abort ends a transfer as aborted', async () => {
  const pack = await syntheticPack();
  const url = await intercept('/abort-pack/', host(pack));
  const stop = new AbortController();
  const reading = (async () => {
    for await (const _ of httpPackSource(url).record(recordOf(pack, 'dense/0'), stop.signal)) stop.abort();
  })();
  await expect(reading).rejects.toMatchObject({ code: 'aborted' });
  await expect(httpPackSource(url).manifest(stop.signal)).rejects.toMatchObject({ code: 'aborted' });
});
