import { expect, test } from 'vitest';
import { bytesOf, flipped, recordOf, type SyntheticPack, syntheticPack } from '../../tests/support/synthetic-pack';
import { fill, readAll, readsRight, temporaryModel, temporaryStore } from '../../tests/support/temporary-store';
import { testSource } from '../../tests/support/test-source';
import type { MixtabError } from '../protocol/errors';
import { databaseName, type ModelStore, openModelStore } from './model-store';
import { recordReader } from './reader';

const NAME = 'expert/1/2';

async function filledStore(): Promise<{ pack: SyntheticPack; store: ModelStore }> {
  const pack = await syntheticPack();
  const store = await temporaryStore();
  await fill(store, pack);
  return { pack, store };
}

/** A stream that gives `pieces` pieces and then nothing more, as Chromium's does when it hangs. */
function stallingStream(blob: Blob, pieces: number): ReadableStream<Uint8Array<ArrayBuffer>> {
  let given = 0;
  return new ReadableStream({
    type: 'bytes',
    async pull(controller) {
      const request = controller.byobRequest;
      const view = request?.view;
      if (!request || !view || given++ === pieces) return new Promise<void>(() => {});
      const start = (given - 1) * view.byteLength;
      const bytes = new Uint8Array(await blob.slice(start, start + view.byteLength).arrayBuffer());
      new Uint8Array(view.buffer, view.byteOffset, view.byteLength).set(bytes);
      request.respond(bytes.byteLength);
    },
  });
}

/** A stream as Chromium's when the file behind a Blob is gone, from the given moment on. */
function failingStream(moment: Promise<void>): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    type: 'bytes',
    async pull() {
      await moment;
      throw new TypeError('network error');
    },
  });
}

test('reads every record piece by piece, bit for bit, also twice at once', async () => {
  const { pack, store } = await filledStore();
  const reader = recordReader(pack.manifest, store, null);
  for (const { name } of pack.manifest.records) expect(await readsRight(reader, pack, name)).toBe(true);
  const atOnce = [NAME, NAME, 'dense/0', NAME].map((name) => readsRight(reader, pack, name));
  expect(await Promise.all(atOnce)).toEqual([true, true, true, true]);

  const offsets: number[] = [];
  await reader.read(NAME, (piece, offset) => void offsets.push(offset, piece.byteLength));
  expect(offsets.toSorted((a, b) => a - b)).toEqual([0, recordOf(pack, NAME).bytes - 65536, 65536, 65536]);
});

test('hashes a record at its first read only', async () => {
  const { pack, store } = await filledStore();
  const digest = crypto.subtle.digest.bind(crypto.subtle);
  let digests = 0;
  // Counts what the browser's own hash is asked for; it still does the work.
  crypto.subtle.digest = (...args) => {
    digests++;
    return digest(...args);
  };
  try {
    const reader = recordReader(pack.manifest, store, null);
    await readAll(reader, 'dense/1');
    const first = digests;
    await readAll(reader, 'dense/1');
    expect(first).toBeGreaterThan(0);
    expect(digests).toBe(first);
  } finally {
    Reflect.deleteProperty(crypto.subtle, 'digest');
  }
});

test('a stored record with one flipped bit is found before the sink sees it, named, fetched again and put back', async () => {
  const { pack, store } = await filledStore();
  await store.put(recordOf(pack, NAME), new Blob([flipped(bytesOf(pack, NAME), 70000)]));
  const source = testSource(pack);
  const broken: [string, MixtabError][] = [];
  const reader = recordReader(pack.manifest, store, source, { onBroken: (name, error) => broken.push([name, error]) });
  const seen: number[] = [];
  await reader.read(NAME, (piece, offset) => {
    seen.push(offset);
    const good = bytesOf(pack, NAME).subarray(offset, offset + piece.byteLength);
    expect(piece.every((byte, i) => byte === good[i])).toBe(true);
  });
  // The first piece was right and may have been there first, the second was not; then both once more.
  expect(seen.slice(-2).toSorted((a, b) => a - b)).toEqual([0, 65536]);
  expect([[], [0]]).toContainEqual(seen.slice(0, -2));
  expect(broken).toHaveLength(1);
  expect(broken[0]?.[0]).toBe(NAME);
  expect(broken[0]?.[1]).toMatchObject({ code: 'record-broken', data: { record: NAME, piece: 1 } });
  expect(source.fetched).toEqual([NAME]);
  expect(await readsRight(recordReader(pack.manifest, store, null), pack, NAME)).toBe(true);
});

test('without a source the broken record is refused by name', async () => {
  const { pack, store } = await filledStore();
  await store.put(recordOf(pack, NAME), new Blob([flipped(bytesOf(pack, NAME), 0)]));
  const reader = recordReader(pack.manifest, store, null);
  await expect(reader.read(NAME, () => expect.unreachable())).rejects.toMatchObject({
    code: 'record-broken',
    message: expect.stringContaining(`record ${NAME} piece 0 from the store: expected sha256 `),
    hint: expect.stringMatching(/./),
  });
  expect(await readsRight(reader, pack, 'dense/0')).toBe(true);
});

test('while the source is away the broken record is refused by name and the pack stays whole; then it is mended', async () => {
  const { pack, store } = await filledStore();
  await store.put(recordOf(pack, NAME), new Blob([flipped(bytesOf(pack, NAME), 0)]));
  let away = true;
  const reader = recordReader(
    pack.manifest,
    store,
    testSource(pack, () => (away ? 'drop' : null)),
  );
  await expect(reader.read(NAME, () => expect.unreachable())).rejects.toMatchObject({
    code: 'record-broken',
    message: expect.stringMatching(`^record ${NAME} piece 0 from the store: expected sha256 .* fetching ${NAME}: `),
    data: { record: NAME },
  });
  expect(await store.missing(pack.manifest)).toEqual([]);
  away = false;
  expect(await readsRight(reader, pack, NAME)).toBe(true);
});

test('a short Blob and a missing one are fetched again; readers of the same record share the fetch', async () => {
  const { pack, store } = await filledStore();
  await store.put(recordOf(pack, NAME), new Blob([bytesOf(pack, NAME).subarray(0, 65536)]));
  await store.delete(recordOf(pack, 'dense/1'));
  const source = testSource(pack);
  const broken: string[] = [];
  const reader = recordReader(pack.manifest, store, source, { onBroken: (_, error) => broken.push(error.message) });
  const names = [NAME, 'dense/1', NAME, 'dense/1'];
  const right = await Promise.all(names.map((name) => readsRight(reader, pack, name)));
  expect(right).toEqual([true, true, true, true]);
  expect(source.fetched.toSorted()).toEqual(['dense/1', NAME]);
  expect(broken.toSorted()).toEqual([
    `record dense/1 from the store: expected ${recordOf(pack, 'dense/1').bytes} bytes, got nothing`,
    `record ${NAME} from the store: expected ${recordOf(pack, NAME).bytes} bytes, got 65536`,
  ]);
  expect(await store.missing(pack.manifest)).toEqual([]);
});

for (const [what, damage] of Object.entries({
  'ends between two pieces': (good: Blob) => good.slice(0, 65536).stream(),
  'ends within a piece': (good: Blob) => good.slice(0, 65536 + 512).stream(),
  fails: () => failingStream(Promise.resolve()),
})) {
  test(`a Blob whose stream ${what} counts as broken, at any read`, async () => {
    const { pack, store } = await filledStore();
    for (const damagedRead of [1, 2]) {
      let reads = 0;
      const source = testSource(pack);
      const reader = recordReader(pack.manifest, store, source, {
        stripes: 1,
        openStream: (blob) => (++reads === damagedRead ? damage(blob) : blob.stream()),
      });
      for (let read = 1; read <= damagedRead; read++) expect(await readsRight(reader, pack, NAME)).toBe(true);
      expect(source.fetched).toEqual([NAME]);
    }
  });
}

test('who finds a record broken after another reader had it mended gets the mended copy', async () => {
  const { pack, store } = await filledStore();
  const source = testSource(pack);
  const bothRead = Promise.withResolvers<void>();
  const mended = Promise.withResolvers<void>();
  const failures = [bothRead.promise, mended.promise];
  const reader = recordReader(pack.manifest, store, source, {
    stripes: 1,
    openStream: (blob) => {
      const failure = failures.shift();
      if (failures.length === 0) bothRead.resolve();
      return failure ? failingStream(failure) : blob.stream();
    },
  });
  const both = [readsRight(reader, pack, NAME), readsRight(reader, pack, NAME)];
  expect(await both[0]).toBe(true);
  mended.resolve();
  expect(await both[1]).toBe(true);
  expect(source.fetched).toEqual([NAME]);
});

for (const pieces of [0, 1]) {
  test(`a stream that stalls after ${pieces} pieces is given up, and the rest is read another way`, async () => {
    const { pack, store } = await filledStore();
    const reader = recordReader(pack.manifest, store, null, {
      stallMs: 20,
      stripes: 1,
      openStream: (blob) => stallingStream(blob, pieces),
      onBroken: () => expect.unreachable(),
    });
    for (let round = 0; round < 2; round++) expect(await readsRight(reader, pack, NAME)).toBe(true);
  });
}

test('a sink that throws ends the read with its own error, and breaks nothing', async () => {
  const { pack, store } = await filledStore();
  const source = testSource(pack);
  const reader = recordReader(pack.manifest, store, source);
  const failure = new TypeError('the device is lost');
  await expect(
    reader.read(NAME, () => {
      throw failure;
    }),
  ).rejects.toBe(failure);
  expect(await readsRight(reader, pack, NAME)).toBe(true);
  expect(source.calls).toEqual([]);
});

test('an abort stops between two pieces, and at once while a record is being fetched again', async () => {
  const { pack, store } = await filledStore();
  const stop = new AbortController();
  const reader = recordReader(pack.manifest, store, null);
  const seen: number[] = [];
  const reading = reader.read(
    NAME,
    (_, offset) => {
      seen.push(offset);
      stop.abort();
    },
    { signal: stop.signal },
  );
  await expect(reading).rejects.toMatchObject({ code: 'aborted' });
  expect(seen).toHaveLength(1);

  const stopMending = new AbortController();
  const life = new AbortController();
  await store.delete(recordOf(pack, 'dense/1'));
  const hanging = testSource(pack, () => {
    queueMicrotask(() => stopMending.abort());
    return 'hang';
  });
  const mending = recordReader(pack.manifest, store, hanging, { signal: life.signal });
  await expect(readAll(mending, 'dense/1', stopMending.signal)).rejects.toMatchObject({ code: 'aborted' });
  life.abort();
});

test('handles at hand go on working after another tab deleted the database; the rest is fetched again', async () => {
  const pack = await syntheticPack();
  const id = temporaryModel();
  const store = await openModelStore(id);
  await fill(store, pack);
  const source = testSource(pack);
  const reader = recordReader(pack.manifest, store, source);
  await readAll(reader, NAME);
  await (await openModelStore(id)).destroy();
  expect(await indexedDB.databases()).not.toContainEqual(expect.objectContaining({ name: databaseName(id) }));
  expect(await readsRight(reader, pack, NAME)).toBe(true);
  expect(source.fetched).toEqual([]);
  expect(await readsRight(reader, pack, 'dense/0')).toBe(true);
  expect(source.fetched).toEqual(['dense/0']);
});

test('an unknown record is refused', async () => {
  const { pack, store } = await filledStore();
  const reader = recordReader(pack.manifest, store, null);
  await expect(reader.read('expert/9/9', () => {})).rejects.toMatchObject({ code: 'internal' });
});
