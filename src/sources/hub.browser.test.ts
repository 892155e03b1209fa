import { expect, onTestFinished, test } from 'vitest';
import { faultyServer } from '../../tests/support/faulty-client';
import { serveHub } from '../../tests/support/hub';
import { testTiming } from '../../tests/support/timing';
import { openSource } from './open-source';

test("a gated repository whose files come from another origin is read, and the token stays the endpoint's", async () => {
  const server = faultyServer();
  const [repo, token] = ['someone/gated', 'a-token'];
  const bytes = Uint8Array.from({ length: 600_000 }, (_, i) => i >> 3);
  const delivery = server.url.replace('127.0.0.1', 'localhost');
  await serveHub(server, {
    repo,
    commit: 'c0ffee'.padEnd(40, '0'),
    files: new Map([['m.gguf', bytes]]),
    token,
    delivery,
  });
  const source = await openSource({ kind: 'hub', repo, token, endpoint: server.url }, { timing: testTiming() });
  onTestFinished(() => source.close());
  const file = await source.folder.open('m.gguf');
  expect(indexedDB.cmp((await file?.read(0, bytes.length)) ?? '', bytes)).toBe(0);
  const delivered = await server.log('/cdn/');
  expect(delivered.map(({ method, status }) => `${method} ${status}`)).toEqual(['GET 206', 'GET 206']);
  expect(delivered.map(({ headers }) => headers.authorization)).toEqual([undefined, undefined]);
  expect(JSON.stringify((await server.log()).map(({ query }) => query))).not.toContain(token);
});
