import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkpointFiles } from '../../tests/support/checkpoint-files';
import { FaultyServer } from '../../tests/support/faulty-server';
import { type Repository, serveHub } from '../../tests/support/hub';
import { testTiming } from '../../tests/support/timing';
import type { HubSource } from '../protocol/library';
import { openCheckpointOf } from './open-checkpoint';
import { openSource } from './open-source';

let server: FaultyServer;
let count = 0;
beforeAll(async () => {
  server = await FaultyServer.start();
});
afterAll(() => server.close());

const COMMIT = 'c0ffee'.padEnd(40, '0');
const TOKEN = 'a-token-of-any-form';

const bytesOf = (text: string, times = 30_000): Uint8Array => new TextEncoder().encode(text.repeat(times));

async function serve(files: Repository['files'], more: Partial<Repository> = {}): Promise<HubSource> {
  const repo = `someone/model-${++count}`;
  await serveHub(server, { repo, commit: COMMIT, files, ...more });
  return { kind: 'hub', repo, endpoint: server.url };
}

const open = (source: HubSource) => openSource(source, { timing: testTiming() });

describe('a repository of the Hub', () => {
  it('with several GGUF models has them to choose from, parts counted once, and the first is taken', async () => {
    const names = [
      'README.md',
      'config.json',
      'm-q8.gguf',
      'q4/m-00001-of-00002.gguf',
      'q4/m-00002-of-00002.gguf',
      'mmproj-x.gguf',
    ];
    const source = await serve(new Map(names.map((name) => [name, bytesOf(name)])));
    const opened = await open(source);
    expect(opened).toMatchObject({
      kind: 'checkpoint',
      file: 'm-q8.gguf',
      choices: ['m-q8.gguf', 'q4/m-00001-of-00002.gguf'],
      label: `${source.repo}@main`,
      revision: COMMIT,
    });
    expect(await open({ ...source, file: 'q4/m-00001-of-00002.gguf' })).toMatchObject({
      file: 'q4/m-00001-of-00002.gguf',
      choices: [],
    });
    await expect(open({ ...source, file: 'other.gguf' })).rejects.toMatchObject({ code: 'model-not-found' });
  });

  it('opens as a checkpoint: a Hugging Face folder as a GGUF file', async () => {
    const files = await checkpointFiles('b');
    const gguf = await openCheckpointOf(await open({ ...(await serve(files)), file: 'model-q4_0.gguf' }));
    const folder = await openCheckpointOf(await open(await serve(files)));
    expect(folder.config).toEqual(gguf.config);
    expect([folder.name, folder.revision, gguf.name]).toEqual([`model-${count}`, COMMIT, 'model-q4_0']);
  });

  it('is read from where the Hub sends us; the token goes to the Hub alone, and into no address', async () => {
    const delivery = server.url.replace('127.0.0.1', 'localhost');
    const bytes = bytesOf('weights!');
    const source = await serve(new Map([['dir/m.gguf', bytes]]), { token: TOKEN, delivery });
    const opened = await open({ ...source, token: TOKEN });
    const file = await opened.folder.open('dir/m.gguf');
    expect(await file?.read(100, bytes.length - 100)).toEqual(Uint8Array.from(bytes.subarray(100)));
    const own = await server.log(`/${source.repo}`);
    const delivered = (await server.log('/cdn/')).slice(-1);
    expect(own.map(({ headers }) => headers.authorization)).toEqual([`Bearer ${TOKEN}`]);
    expect(delivered).toHaveLength(1);
    expect(JSON.stringify(delivered)).not.toContain(TOKEN);
    expect(JSON.stringify([...(await server.log())].map(({ path, query }) => path + query))).not.toContain(TOKEN);
    expect(JSON.stringify([opened.label, opened.identity()])).not.toContain(TOKEN);
  });

  it('stays at the commit that was found, whatever is pushed', async () => {
    const [before, after] = [bytesOf('before'), bytesOf('after!')];
    const source = await serve(new Map([['m.gguf', before]]));
    const opened = await open(source);
    await server.serve(`/api/models/${source.repo}/revision/${COMMIT}`, bytesOf(`{"sha":"${COMMIT}"}`, 1));
    await serveHub(server, { repo: source.repo, commit: 'f00d'.repeat(10), files: new Map([['m.gguf', after]]) });
    const file = await opened.folder.open('m.gguf');
    expect(await file?.read(300, before.length - 300)).toEqual(Uint8Array.from(before.subarray(300)));
    expect((await open(source)).revision).toBe('f00d'.repeat(10));
    const moved = openSource(source, { expected: opened.identity(), timing: testTiming() });
    await expect(moved).rejects.toMatchObject({ code: 'source-changed' });
    expect((await open(opened.pinned as HubSource)).revision).toBe(COMMIT);
  });

  it('that is gated says where to ask and that a token is needed', async () => {
    const source = await serve(new Map([['m.gguf', bytesOf('x')]]), { token: TOKEN });
    await expect(open(source)).rejects.toMatchObject({
      code: 'source-denied',
      hint: expect.stringMatching(new RegExp(`${source.repo}.*token`)),
      data: { status: 401 },
    });
  });

  it('that is busy is asked again; one that is not there is said', async () => {
    const source = await serve(new Map([['m.gguf', bytesOf('x')]]));
    await server.fail(`/api/models/${source.repo}/revision/main`, { type: 'status', status: 503 }, { times: 2 });
    await server.fail(`/api/models/${source.repo}/tree/${COMMIT}`, { type: 'drop', afterBytes: 5 });
    expect((await open(source)).file).toBe('m.gguf');
    await expect(open({ ...source, repo: 'some/other' })).rejects.toMatchObject({ code: 'model-not-found' });
    await expect(open({ ...source, revision: 'v2' })).rejects.toMatchObject({ code: 'model-not-found' });
  });

  it('is refused where a name is none, an endpoint is none, or a token would go over an open line', async () => {
    for (const wrong of [
      { repo: 'justaname' },
      { endpoint: 'ftp://x' },
      { endpoint: 'http://mirror.example', token: TOKEN },
    ]) {
      await expect(open({ kind: 'hub', repo: 'some/name', ...wrong })).rejects.toMatchObject({
        code: 'request-invalid',
      });
    }
  });

  it('that answers otherwise than the Hub is said', async () => {
    const source = await serve(new Map());
    await server.serve(`/api/models/${source.repo}/revision/main`, bytesOf('{}', 1));
    await expect(open(source)).rejects.toMatchObject({ code: 'network-failed' });
  });
});
