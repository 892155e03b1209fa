import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Fault, sentTwice } from '../../tests/support/faults';
import { FaultyServer } from '../../tests/support/faulty-server';
import { testTiming } from '../../tests/support/timing';
import { httpFolder } from './http-folder';
import type { SourceFile } from './opened-source';

let server: FaultyServer;
let count = 0;
beforeAll(async () => {
  server = await FaultyServer.start();
});
afterAll(() => server.close());

/** Past the head that comes with the first answer. */
const BYTES = 700_000;

function bytesOf(length: number, seed = 1): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  for (let i = 0, state = seed; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}

const newPath = (): string => `/${++count}/model.gguf`;

async function opened(path: string, timing = testTiming()): Promise<SourceFile> {
  const file = await httpFolder(server.url + path, { timing }).open('model.gguf');
  if (file === null) throw new Error(`${path}: nothing there`);
  return file;
}

describe('a file of a host', () => {
  it('is read in ranges, each byte sent once, in parts side by side where a read is long', async () => {
    const bytes = bytesOf(20 * 2 ** 20);
    const path = newPath();
    await server.serve(path, bytes);
    const file = await opened(path);
    expect(file.size).toBe(bytes.length);
    expect(Buffer.compare(await file.read(0, bytes.length), bytes)).toBe(0);
    const log = await server.log(path);
    expect(log).toHaveLength(4);
    expect(log.every(({ status }) => status === 206)).toBe(true);
    expect(sentTwice(log)).toEqual([]);
  });

  it('that is shorter than the first answer, or empty, is there whole', async () => {
    for (const length of [0, 1, 1000]) {
      const path = newPath();
      await server.serve(path, bytesOf(length));
      const file = await opened(path);
      expect(file.size).toBe(length);
      expect(await file.read(0, length)).toEqual(bytesOf(length));
    }
  });

  it('asks nowhere beyond its end', async () => {
    const path = newPath();
    await server.serve(path, bytesOf(100));
    await expect((await opened(path)).read(50, 51)).rejects.toThrow(RangeError);
  });

  it('goes over redirects once, and back when the address it was led to has had its time', async () => {
    const path = newPath();
    const bytes = bytesOf(BYTES);
    await server.serve(path, new Uint8Array(0), { redirectTo: `/cdn${path}?sig=secret` });
    await server.serve(`/cdn${path}`, bytes);
    await server.fail(`/cdn${path}`, { type: 'status', status: 403 }, { after: 2 });
    const file = await opened(path);
    for (const at of [300_000, 400_000, 500_000]) {
      expect(await file.read(at, 1000)).toEqual(bytes.subarray(at, at + 1000));
    }
    expect(await server.log(path)).toHaveLength(3);
    expect((await server.log(`/cdn${path}`)).map(({ status }) => status)).toEqual([206, 206, 403, 206, 206]);
  });
});

const PASSING: fc.Arbitrary<Fault> = fc.oneof(
  fc.record({ type: fc.constant('drop' as const), afterBytes: fc.nat(400_000), politely: fc.boolean() }),
  fc.record({ type: fc.constant('status' as const), status: fc.constantFrom(408, 429, 500, 502, 503, 504) }),
  fc.record({ type: fc.constant('length' as const), by: fc.constantFrom(-1 as const, 1 as const) }),
  fc.constant<Fault>({ type: 'no-range' }),
  fc.record({ type: fc.constant('wrong-range' as const), by: fc.integer({ min: 1, max: 1000 }) }),
  fc.record({ type: fc.constant('trickle' as const), bytes: fc.integer({ min: 5000, max: 60_000 }) }),
);

describe('a host with faults', () => {
  it('any faults fewer in a row than are given up at leave exactly the bytes of the file', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(PASSING, { maxLength: 7 }),
        fc.array(fc.tuple(fc.nat(BYTES), fc.nat(BYTES)), { minLength: 1, maxLength: 4 }),
        async (faults, reads) => {
          const path = newPath();
          const bytes = bytesOf(BYTES, count);
          await server.serve(path, bytes);
          // The first answer finds the file; without ranges there it would be another way.
          for (const fault of faults) await server.fail(path, fault, { after: fault === faults[0] ? 1 : 0 });
          const file = await opened(path);
          for (const [at, length] of reads) {
            const end = Math.min(at + length, BYTES);
            expect(Buffer.compare(await file.read(at, end - at), bytes.subarray(at, end))).toBe(0);
          }
        },
      ),
      { numRuns: 25 },
    );
  });

  it('that cuts connections is asked only for what has not come', async () => {
    const path = newPath();
    const bytes = bytesOf(BYTES);
    await server.serve(path, bytes);
    for (const afterBytes of [300_000, 50_000, 0, 1])
      await server.fail(path, { type: 'drop', afterBytes, politely: true }, { after: 0 });
    const file = await opened(path);
    expect(Buffer.compare(await file.read(0, BYTES), bytes)).toBe(0);
    expect(sentTwice(await server.log(path))).toEqual([]);
  });

  it('that hangs, before the status or in the middle, is left and asked again', async () => {
    const path = newPath();
    const bytes = bytesOf(BYTES);
    await server.serve(path, bytes);
    for (const afterBytes of [-1, 100_000])
      await server.fail(path, { type: 'hang', afterBytes }, { after: afterBytes < 0 ? 1 : 0 });
    const timing = testTiming((count) => server.hung(path, count));
    const file = await opened(path, timing);
    expect(Buffer.compare(await file.read(0, BYTES), bytes)).toBe(0);
    expect(timing.pauses).toHaveLength(2);
  });

  it('is waited for as long as it asks, and longer each time where it does not say', async () => {
    const path = newPath();
    await server.serve(path, bytesOf(100));
    await server.fail(path, { type: 'status', status: 429, retryAfter: '17' });
    await server.fail(path, { type: 'status', status: 503 }, { times: 3 });
    const timing = testTiming();
    await opened(path, timing);
    expect(timing.pauses).toEqual([17_000, 1000, 2000, 4000]);
  });

  it('that asks for hours, or never recovers, is given up with its status', async () => {
    const [patient, broken] = [newPath(), newPath()];
    for (const path of [patient, broken]) await server.serve(path, bytesOf(100));
    await server.fail(patient, { type: 'status', status: 429, retryAfter: '7200' });
    await server.fail(broken, { type: 'status', status: 500 }, { times: 100 });
    await expect(opened(patient)).rejects.toMatchObject({ code: 'network-failed', data: { status: 429 } });
    await expect(opened(broken)).rejects.toMatchObject({ code: 'network-failed', data: { status: 500 } });
    expect(await server.log(broken)).toHaveLength(8);
  });
});

describe('a read ends with a typed error', () => {
  const cases: [string, (path: string) => Promise<void>, object][] = [
    [
      'a link whose time is over',
      (path) => server.fail(path, { type: 'status', status: 403 }, { times: 99 }),
      { code: 'source-denied', data: { expired: true, status: 403 } },
    ],
    [
      'a file that was removed',
      (path) => server.fail(path, { type: 'status', status: 404 }, { times: 99 }),
      { code: 'model-not-found' },
    ],
    ['a file that changed', (path) => server.serve(path, bytesOf(BYTES, 2)), { code: 'source-changed' }],
    [
      'a file that changed, without an ETag',
      (path) => server.serve(path, bytesOf(BYTES, 2), { etag: null, lastModified: 'Thu, 02 Jan 2025 00:00:00 GMT' }),
      { code: 'source-changed' },
    ],
    [
      'a file that became longer',
      (path) => server.serve(path, bytesOf(BYTES + 1), { etag: null }),
      { code: 'source-changed' },
    ],
    [
      'a file that became shorter',
      (path) => server.serve(path, bytesOf(1000), { etag: null }),
      { code: 'source-changed' },
    ],
    [
      'a host that serves ranges no longer',
      (path) => server.serve(path, bytesOf(BYTES), { ranges: false, etag: null }),
      { code: 'network-failed' },
    ],
    [
      'a host that says no such thing',
      (path) => server.fail(path, { type: 'status', status: 418 }, { times: 99 }),
      { code: 'network-failed', data: { status: 418 } },
    ],
  ];
  it.each(cases)('at %s', async (_, happen, expected) => {
    const path = newPath();
    await server.serve(path, bytesOf(BYTES), { lastModified: 'Wed, 01 Jan 2025 00:00:00 GMT' });
    const file = await opened(path);
    await happen(path);
    await expect(file.read(300_000, 400_000)).rejects.toMatchObject(expected);
  });

  it('at a connection that nobody answers, soon', async () => {
    const gone = await FaultyServer.start();
    await gone.close();
    const timing = testTiming();
    await expect(httpFolder(`${gone.url}/x.gguf`, { timing }).open('x.gguf')).rejects.toMatchObject({
      code: 'network-failed',
      hint: expect.stringContaining('CORS'),
    });
    expect(timing.pauses).toHaveLength(3);
  });

  it('at an abort, in a pause as in a transfer', async () => {
    const path = newPath();
    await server.serve(path, bytesOf(BYTES));
    const file = await opened(path);
    const stop = new AbortController();
    await server.fail(path, { type: 'hang', afterBytes: 10 });
    const reading = file.read(300_000, 400_000, stop.signal);
    await server.hung(path, 1);
    stop.abort();
    await expect(reading).rejects.toMatchObject({ code: 'aborted' });
  });

  it('and never shows a secret of an address', async () => {
    const path = newPath();
    await server.fail(path, { type: 'status', status: 403 }, { times: 9 });
    const address = `${server.url}${path}?X-Amz-Signature=secret#secret`;
    const error: unknown = await httpFolder(address, { timing: testTiming() })
      .open('model.gguf')
      .catch((e: unknown) => e);
    expect(error).toMatchObject({ code: 'source-denied' });
    expect(JSON.stringify({ ...(error as object), message: (error as Error).message })).not.toContain('secret');
    expect(httpFolder(address, {}).label).not.toContain('secret');
  });
});
