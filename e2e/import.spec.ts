import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { convertCheckpoint } from '../src/checkpoint/convert';
import { openGgufCheckpoint } from '../src/checkpoint/gguf-checkpoint';
import type { ErrorCode } from '../src/protocol/errors';
import { checkpointFiles, folderOf } from '../tests/support/checkpoint-files';
import type { Fault } from '../tests/support/faults';
import { FaultyServer } from '../tests/support/faulty-server';
import { memorySink } from '../tests/support/memory-sink';
import { type Ranges, rangesOf } from '../tests/support/record-ranges';
import { test as base, expect } from './fixtures';

/** Imports from a host that fails, and pages that are closed: the app's own library and engine, driven without its face. */
const REFS = join(import.meta.dirname, '../tests/fixtures/refs');
const PATH = '/model.gguf';

const test = base.extend<{ host: FaultyServer }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the dependencies from the pattern
  host: async ({}, use) => {
    const host = await FaultyServer.start();
    await use(host);
    await host.close();
  },
});

const fileOf = (ref: 'a' | 'b'): Uint8Array => readFileSync(join(REFS, ref, 'model-q4_0.gguf'));

async function openHeadless(page: Page): Promise<void> {
  await page.goto('./bin/headless/index.html');
  await page.waitForFunction(() => 'mixtabHeadless' in window);
}

/** Imports the model unless it is there, and loads it. */
const load = (page: Page, host: FaultyServer) =>
  page.evaluate(
    (importFrom) => window.mixtabHeadless.load({ id: 'ref', importFrom, format: 'q4' }, { contextLength: 64 }),
    `${host.url}${PATH}`,
  );

/** What lies in the model's database: its manifest's hashes if it is whole, else the names of what is committed. */
function stored(page: Page): Promise<{ hashes: string | null; committed: string[] }> {
  return page.evaluate(async () => {
    const settled = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    // To open one that is not there would make it.
    const databases = await indexedDB.databases();
    if (!databases.some(({ name }) => name === 'mixtab/ref')) return { hashes: null, committed: [] };
    const database = await settled(indexedDB.open('mixtab/ref'));
    const table = database.transaction('records').objectStore('records');
    const keys = (await settled(table.getAllKeys())).map(String);
    const manifest = keys.includes('manifest') ? await settled(table.get('manifest')) : null;
    database.close();
    return {
      hashes: manifest && JSON.stringify(manifest.records),
      committed: keys.filter((key) => key.startsWith('made/')).map((key) => key.slice('made/'.length)),
    };
  });
}

/** What an import stores that nothing befalls: what the command makes of the file. */
async function hashesOf(ref: 'a' | 'b'): Promise<string> {
  const checkpoint = await openGgufCheckpoint(folderOf(await checkpointFiles(ref)), 'model-q4_0.gguf');
  const { manifest } = await convertCheckpoint(checkpoint, memorySink());
  return JSON.stringify(manifest.records);
}

/** Bytes of committed records that went out from the log's entry `since` on. */
async function sentAgain(host: FaultyServer, since: number, committed: string[], ranges: Ranges): Promise<string[]> {
  const log = (await host.log(PATH)).slice(since);
  return committed.filter((record) =>
    ranges.get(record)?.some((range) => log.some((sent) => sent.from < range.to && sent.to > range.from)),
  );
}

/** Each is told from the others by the tests of sources/http.ts. */
const PASSING: Fault[] = [
  { type: 'drop', afterBytes: 3000 },
  { type: 'drop', afterBytes: 500, politely: true },
  { type: 'status', status: 500 },
  { type: 'status', status: 429, retryAfter: '0' },
  { type: 'length', by: -1 },
  { type: 'wrong-range', by: 32 },
];

test('from a host that fails now and then in every way that passes, the model is the same', async ({ page, host }) => {
  await host.serve(PATH, fileOf('a'));
  for (const fault of [...PASSING, ...PASSING.toReversed()]) await host.fail(PATH, fault, { after: 1 });
  await openHeadless(page);
  const { error } = await load(page, host);
  expect(error).toBeUndefined();
  expect(host.ahead(PATH), 'faults that did not come').toBe(0);
  expect((await stored(page)).hashes).toBe(await hashesOf('a'));
});

const LASTING: [string, Fault, ErrorCode][] = [
  ['refuses after a while, as an expired link does', { type: 'status', status: 403 }, 'source-denied'],
  ['is gone after a while', { type: 'status', status: 404 }, 'model-not-found'],
];

for (const [name, fault, code] of LASTING) {
  test(`a host that ${name} ends the import with ${code}; going on repeats nothing`, async ({ page, host }) => {
    const bytes = fileOf('a');
    const ranges = await rangesOf(join(REFS, 'a/model-q4_0.gguf'));
    await host.serve(PATH, bytes);
    await host.fail(PATH, fault, { after: 12, times: 100 });
    await openHeadless(page);
    expect((await load(page, host)).error).toMatchObject({ code, hint: expect.stringMatching(/\w/) });
    const { hashes, committed } = await stored(page);
    expect(hashes).toBeNull();
    expect(committed.length).toBeGreaterThan(0);

    const since = (await host.log(PATH)).length;
    host.heal(PATH);
    expect((await load(page, host)).error).toBeUndefined();
    expect(await sentAgain(host, since, committed, ranges)).toEqual([]);
    expect((await stored(page)).hashes).not.toBeNull();
  });
}

test('a host that changes the file under way ends the import with source-changed', async ({ page, host }) => {
  const bytes = fileOf('a');
  await host.serve(PATH, bytes);
  await host.fail(PATH, { type: 'hang', afterBytes: 1000 }, { after: 10, times: 100 });
  const tab = await page.context().newPage();
  await openHeadless(tab);
  load(tab, host).catch(() => {}); // Nobody is there when it would end.
  await host.hung(PATH, 1);
  await tab.close();
  host.heal(PATH);
  await host.serve(PATH, bytes.with(bytes.length - 1, 1));
  await openHeadless(page);
  expect((await load(page, host)).error).toMatchObject({ code: 'source-changed' });
});

test('a host without ranges: the model is the same', async ({ page, host }) => {
  await host.serve(PATH, fileOf('a'), { ranges: false });
  await openHeadless(page);
  expect((await load(page, host)).error).toBeUndefined();
  expect((await stored(page)).hashes).toBe(await hashesOf('a'));
});

test('closed at 20 moments of an import, the page goes on each time; no committed record is fetched again', async ({
  context,
  page,
  host,
}) => {
  test.setTimeout(600_000); // Twenty pages, one after the other.
  const ranges = await rangesOf(join(REFS, 'a/model-q4_0.gguf'));
  await host.serve(PATH, fileOf('a'));
  await openHeadless(page);
  let committed: string[] = [];
  for (let closing = 0; closing < 20; closing++) {
    // The same moments in every run: so many requests pass, of the next so many bytes.
    const [after, afterBytes] = [(closing * 5) % 14, (closing * 7919) % 20_000];
    const since = (await host.log(PATH)).length;
    await host.fail(PATH, { type: 'hang', afterBytes }, { after, times: 100 });
    const tab = await context.newPage();
    await openHeadless(tab);
    const loading = load(tab, host).catch(() => null); // Nobody is there when it would end.
    expect(await Promise.race([loading, host.hung(PATH, 1)])).toBeUndefined();
    await tab.close();
    host.heal(PATH);
    expect(await sentAgain(host, since, committed, ranges)).toEqual([]);
    const now = await stored(page);
    expect(now.hashes).toBeNull();
    expect(now.committed).toEqual(expect.arrayContaining(committed));
    committed = now.committed;
  }
  expect(committed.length).toBeGreaterThan(3);
  const since = (await host.log(PATH)).length;
  expect((await load(page, host)).error).toBeUndefined();
  expect(await sentAgain(host, since, committed, ranges)).toEqual([]);
  expect((await stored(page)).hashes).toBe(await hashesOf('a'));
});
