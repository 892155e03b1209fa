import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rangeOf, serve } from './serve.mjs';

const folder = mkdtempSync(join(tmpdir(), 'mixtab-serve-'));
let server: Awaited<ReturnType<typeof serve>>;

beforeAll(async () => {
  for (const path of ['root/assets', 'root/sub', 'pack/expert']) mkdirSync(join(folder, path), { recursive: true });
  writeFileSync(join(folder, 'secret.txt'), 'secret');
  writeFileSync(join(folder, 'root/index.html'), '<h1>home</h1>');
  writeFileSync(join(folder, 'root/sub/index.html'), '<h1>sub</h1>');
  writeFileSync(join(folder, 'root/empty.txt'), '');
  writeFileSync(join(folder, 'root/with space.json'), '{}');
  writeFileSync(join(folder, 'root/assets/app-a1B2c3D4.js'), 'export {};');
  writeFileSync(join(folder, 'root/assets/k-a1B2c3D4.wasm'), '');
  writeFileSync(join(folder, 'root/manifest.webmanifest'), '{}');
  writeFileSync(join(folder, 'pack/expert/0.bin'), '0123456789');
  server = await serve({
    root: join(folder, 'root'),
    mounts: { '/packs/p/': join(folder, 'pack') },
    headers: { 'Content-Security-Policy': "default-src 'none'" },
    routes: {
      'POST /echo': async (incoming, response) => {
        for await (const chunk of incoming) response.write(chunk);
        response.end();
      },
    },
  });
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

const get = (path: string, init?: RequestInit) => fetch(new URL(path, server.url), init);

/** fetch would tidy the path up before it sends it. */
function rawStatus(path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request({ port: server.port, host: '127.0.0.1', path }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}

describe('serve', () => {
  it('sends files with their types and how long they may be kept', async () => {
    const cases = [
      ['', 'text/html; charset=utf-8', 'no-cache'],
      ['sub/', 'text/html; charset=utf-8', 'no-cache'],
      ['with%20space.json', 'application/json', 'no-cache'],
      ['manifest.webmanifest', 'application/manifest+json', 'no-cache'],
      ['assets/app-a1B2c3D4.js', 'text/javascript; charset=utf-8', 'public, max-age=31536000, immutable'],
      ['assets/k-a1B2c3D4.wasm', 'application/wasm', 'public, max-age=31536000, immutable'],
      ['packs/p/expert/0.bin', 'application/octet-stream', 'no-cache'],
    ] as const;
    for (const [path, type, cache] of cases) {
      const response = await get(path);
      expect([
        path,
        response.status,
        response.headers.get('content-type'),
        response.headers.get('cache-control'),
      ]).toEqual([path, 200, type, cache]);
    }
    expect(await (await get('')).text()).toBe('<h1>home</h1>');
    expect(await (await get('packs/p/expert/0.bin')).text()).toBe('0123456789');
    expect(await (await get('empty.txt')).text()).toBe('');
  });

  it('redirects a folder to its slash', async () => {
    const response = await get('sub');
    expect(response.redirected).toBe(true);
    expect(await response.text()).toBe('<h1>sub</h1>');
  });

  it('answers HEAD with the length alone', async () => {
    const response = await get('packs/p/expert/0.bin', { method: 'HEAD' });
    expect(response.headers.get('content-length')).toBe('10');
    expect(await response.text()).toBe('');
  });

  it('never leaves its folders', async () => {
    for (const path of ['/../secret.txt', '/%2e%2e/secret.txt', '/..%2fsecret.txt', '/packs/p/..%2f..%2fsecret.txt']) {
      expect([path, await rawStatus(path)]).toEqual([path, 404]);
    }
    expect(await rawStatus('/..%5csecret.txt')).toBe(404);
    expect(await rawStatus('/a%00b')).toBe(400);
    expect(await rawStatus('/%zz')).toBe(400);
  });

  it('refuses what it does not have and what it does not do', async () => {
    expect((await get('nothing.js')).status).toBe(404);
    expect((await get('packs/p/')).status).toBe(404);
    const response = await get('', { method: 'DELETE' });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  it('sends nothing again that has not changed', async () => {
    const headers = (await get('packs/p/expert/0.bin')).headers;
    const same = { 'if-none-match': headers.get('etag') ?? '' };
    expect((await get('packs/p/expert/0.bin', { headers: same })).status).toBe(304);
    const since = { 'if-modified-since': headers.get('last-modified') ?? '' };
    expect((await get('packs/p/expert/0.bin', { headers: since })).status).toBe(304);
    expect((await get('packs/p/expert/0.bin', { headers: { 'if-none-match': '"other"' } })).status).toBe(200);
  });

  it('sends a range', async () => {
    const response = await get('packs/p/expert/0.bin', { headers: { range: 'bytes=2-4' } });
    expect([response.status, response.headers.get('content-range')]).toEqual([206, 'bytes 2-4/10']);
    expect(await response.text()).toBe('234');
    const beyond = await get('packs/p/expert/0.bin', { headers: { range: 'bytes=10-' } });
    expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, 'bytes */10']);
    const stale = await get('packs/p/expert/0.bin', { headers: { range: 'bytes=2-4', 'if-range': '"other"' } });
    expect([stale.status, await stale.text()]).toEqual([200, '0123456789']);
  });

  it('sends the headers that are for all with every answer', async () => {
    for (const path of ['', 'nothing.js', 'sub']) {
      const response = await get(path, { redirect: 'manual' });
      expect([path, response.headers.get('content-security-policy')]).toEqual([path, "default-src 'none'"]);
    }
  });

  it('hands routes their requests', async () => {
    expect(await (await get('echo', { method: 'POST', body: 'hello' })).text()).toBe('hello');
    expect((await get('echo')).status).toBe(404);
  });

  it('fails on a port that is taken', async () => {
    await expect(serve({ root: folder, port: server.port })).rejects.toThrow('EADDRINUSE');
  });
});

it.each([
  [undefined, null],
  ['bytes=0-0', { start: 0, end: 0 }],
  ['bytes=5-', { start: 5, end: 9 }],
  ['bytes=-3', { start: 7, end: 9 }],
  ['bytes=-99', { start: 0, end: 9 }],
  ['bytes=8-99', { start: 8, end: 9 }],
  ['bytes=-0', 'unsatisfiable'],
  ['bytes=10-12', 'unsatisfiable'],
  ['bytes=4-2', null],
  ['bytes=-', null],
  ['bytes=0-1,3-4', null],
  ['lines=0-1', null],
] as const)('range %s of 10 bytes', (header, range) => {
  expect(rangeOf(header, 10)).toEqual(range);
});
