import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixturePath } from '../../tests/support/checkpoint-files';
import { sentTwice } from '../../tests/support/faults';
import { FaultyServer } from '../../tests/support/faulty-server';
import { testTiming } from '../../tests/support/timing';
import { recordPath, validateManifest } from '../pack/manifest';
import { openCheckpointOf } from './open-checkpoint';
import { openSource } from './open-source';
import type { OpenOptions } from './opened-source';

let server: FaultyServer;
beforeAll(async () => {
  server = await FaultyServer.start();
  await server.serveFolder('/b', fixturePath('b'));
  await server.serveFolder('/tiny', fileURLToPath(new URL('../../public/models/tiny', import.meta.url)));
});
afterAll(() => server.close());

const open = (path: string, options: OpenOptions = {}) =>
  openSource({ kind: 'url', url: server.url + path }, { timing: testTiming(), ...options });

describe('an address', () => {
  it('of a .gguf file opens as that, of a folder with config.json as a Hugging Face folder', async () => {
    const gguf = await open('/b/model-q4_0.gguf?sig=secret#x');
    expect(gguf).toMatchObject({
      kind: 'checkpoint',
      file: 'model-q4_0.gguf',
      choices: [],
      spoolBytes: 0,
      label: `${server.url}/b/model-q4_0.gguf`,
    });
    for (const path of ['/b', '/b/', '/b/config.json', '/b/model.safetensors']) {
      const folder = await open(path);
      expect(folder).toMatchObject({ kind: 'checkpoint', file: null });
      expect((await openCheckpointOf(folder)).config).toEqual((await openCheckpointOf(gguf)).config);
    }
  });

  it('of a folder with manifest.json opens as a pack, record by record', async () => {
    for (const path of ['/tiny', '/tiny/', '/tiny/manifest.json']) {
      const { kind, folder } = await open(path);
      expect(kind).toBe('pack');
      const text = await folder.open('manifest.json');
      const manifest = validateManifest(JSON.parse(new TextDecoder().decode(await text?.read(0, text.size))));
      const [record] = manifest.records;
      const file = await folder.open(recordPath(record?.name ?? ''));
      expect(file?.size).toBe(record?.bytes);
    }
  });

  it("that holds a web app's manifest.json is no pack", async () => {
    await server.serve('/app/manifest.json', Buffer.from('{"name":"an app"}'));
    await expect(open('/app/')).rejects.toMatchObject({ code: 'model-not-found' });
    await server.serve('/app/manifest.json', Buffer.from('<!doctype html>'));
    await expect(open('/app/')).rejects.toMatchObject({ code: 'model-not-found' });
  });

  it('that does not say what it leads to is told by its first bytes', async () => {
    await server.serve('/download', await readFile(`${fixturePath('b')}/model-q4_0.gguf`));
    const opened = await open('/download?id=5');
    expect(opened).toMatchObject({ kind: 'checkpoint', file: 'download' });
    expect((await openCheckpointOf(opened)).config.nLayers).toBeGreaterThan(0);
  });

  it('where nothing is, or nothing may be read, is said', async () => {
    await expect(open('/nowhere/x.gguf')).rejects.toMatchObject({ code: 'model-not-found' });
    await expect(open('/nowhere/')).rejects.toMatchObject({ code: 'model-not-found' });
    await server.fail('/secret.gguf', { type: 'status', status: 403 }, { times: 9 });
    await expect(open('/secret.gguf')).rejects.toMatchObject({ code: 'source-denied' });
    for (const name of ['', 'manifest.json', 'config.json'])
      await server.fail(`/closed/${name}`, { type: 'status', status: 403 }, { times: 9 });
    await expect(open('/closed/')).rejects.toMatchObject({ code: 'source-denied' });
  });

  it('at a host that answers 403 for what is not there is read all the same', async () => {
    await server.serveFolder('/store', fixturePath('b'));
    for (const name of [
      'manifest.json',
      'chat_template.jinja',
      'generation_config.json',
      'model.safetensors.index.json',
    ]) {
      await server.fail(`/store/${name}`, { type: 'status', status: 403 }, { times: 99 });
    }
    expect((await openCheckpointOf(await open('/store/'))).config.nLayers).toBeGreaterThan(0);
  });

  it('that is none is refused, without showing its password', async () => {
    for (const url of ['ftp://x/y', 'nonsense', 'https://user:geheim@host/x.gguf', '']) {
      const error: unknown = await openSource({ kind: 'url', url }).catch((e: unknown) => e);
      expect(error).toMatchObject({ code: 'request-invalid' });
      expect((error as Error).message).not.toContain('geheim');
    }
  });
});

describe('a source that is opened again', () => {
  it('is the same by size and mark of each file, and of a .gguf file whatever its name is now', async () => {
    const bytes = await readFile(`${fixturePath('b')}/model-q4_0.gguf`);
    await server.serve('/old/m.gguf', bytes);
    const before = await open('/old/m.gguf');
    expect(before.identity()).toEqual({ 'm.gguf': { size: bytes.length, tag: expect.stringMatching(/^"/) } });
    const expected = before.identity();
    await server.serve('/new/other.gguf', bytes);
    await open('/old/m.gguf', { expected });
    await open('/new/other.gguf', { expected });
    await server.serve(
      '/old/m.gguf',
      bytes.map((byte) => byte ^ 1),
    );
    await server.serve('/new/other.gguf', bytes.subarray(1), { etag: null });
    await expect(open('/old/m.gguf', { expected })).rejects.toMatchObject({ code: 'source-changed' });
    await expect(open('/new/other.gguf', { expected })).rejects.toMatchObject({ code: 'source-changed' });
  });

  it('with a new link after the old one has expired goes on', async () => {
    await server.serve('/m.gguf', await readFile(`${fixturePath('b')}/model-q4_0.gguf`));
    await server.fail('/m.gguf', { type: 'status', status: 403 }, { query: 'sig=old', after: 1, times: 99 });
    const old = await open('/m.gguf?sig=old');
    const file = await old.folder.open('m.gguf');
    await expect(file?.read(300_000, 1000)).rejects.toMatchObject({ code: 'source-denied', data: { expired: true } });
    const fresh = await open('/m.gguf?sig=new', { expected: old.identity() });
    expect(await (await fresh.folder.open('m.gguf'))?.read(300_000, 1000)).toHaveLength(1000);
  });

  it.each(['/gguf/model-q4_0.gguf', '/folder/'])('with its headers at hand (%s) sends no byte again', async (path) => {
    const folder = path.slice(0, path.indexOf('/', 1));
    await server.serveFolder(folder, fixturePath('b'));
    const first = await open(path);
    const before = await openCheckpointOf(first);
    const options = { expected: first.identity(), heads: first.heads() };
    const second = await open(path, options);
    const after = await openCheckpointOf(second);
    expect(after.config).toEqual(before.config);
    expect(second.identity()).toEqual(first.identity());
    const weights = second.file ?? 'model.safetensors';
    const file = await second.folder.open(weights);
    const bytes = await readFile(`${fixturePath('b')}/${weights}`);
    expect(Buffer.compare((await file?.read(0, bytes.length)) ?? bytes.subarray(1), bytes)).toBe(0);
    // But the first, by which it is known again.
    const beyond = ['config.json', 'tokenizer.json', weights].map((name) => ({
      path: `${folder}/${name}`,
      from: 1,
      to: Number.POSITIVE_INFINITY,
    }));
    expect(sentTwice(await server.log(folder), beyond)).toEqual([]);
    await server.serve(
      `${folder}/${weights}`,
      bytes.map((byte) => byte ^ 1),
    );
    const changed = open(path, options).then(openCheckpointOf);
    await expect(changed).rejects.toMatchObject({ code: 'source-changed' });
  });

  it('and closed ends what is being read', async () => {
    await server.serve('/slow.gguf', new Uint8Array(600_000));
    const opened = await open('/slow.gguf');
    const file = await opened.folder.open('slow.gguf');
    await server.fail('/slow.gguf', { type: 'hang', afterBytes: 10 });
    const ended = expect(file?.read(300_000, 1000)).rejects.toMatchObject({ code: 'aborted' });
    await server.hung('/slow.gguf', 1);
    await opened.close();
    await opened.close();
    await ended;
  });
});
