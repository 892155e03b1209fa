import { appendFile, cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { packBytes } from '../../src/pack/manifest';
import { parseCommand, UsageError } from './args';
import { packManifest, prune } from './prune';
import { pruneCommand } from './prune-command';
import type { PruneCommand } from './prune-options';
import { verifyPack } from './verify-pack';

const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const ROOT = at('');
const TINY = at('public/models/tiny');
const TRACE = at('tests/fixtures/traces/tiny.ndjson');

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mixtab-prune-'));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true, force: true });
});

const command = (...args: string[]) => parseCommand(['prune', ...args]) as PruneCommand;

async function printed(...args: string[]): Promise<string> {
  const written: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  await pruneCommand(command(...args), ROOT);
  return written.join('');
}

describe('prune', () => {
  it('writes a whole pack with the experts that a trace gives most weight, and says so', async () => {
    const out = join(folder, 'six');
    expect(await printed('tiny', out, '--keep', '6', '--trace', TRACE)).toBe(
      `${out}: 6 of 8 experts a layer, 30 records, 6.4 MB of 8.2 MB\n`,
    );
    const manifest = await packManifest(out);
    expect(await verifyPack(out, manifest)).toEqual([]);
    expect(manifest).toMatchObject({
      name: 'Mixtab Tiny (6 of 8 experts)',
      config: { nExperts: 6, topK: 2 },
      source: { name: 'Mixtab Tiny', pruned: { experts: 8 } },
    });
    expect((await readdir(join(out, 'expert', '3'))).length).toBe(6);
  });

  it('takes lists of experts, and prunes what was pruned further', async () => {
    const [four, two] = [join(folder, 'four'), join(folder, 'two')];
    const file = join(folder, 'experts.json');
    await writeFile(file, JSON.stringify(Array.from({ length: 4 }, () => [1, 3, 5, 7])));
    await printed('tiny', four, '--experts', file);
    const manifest = await packManifest(four);
    const last = [2, 3];
    const further = await prune(four, two, manifest, { keep: [last, last, last, last], name: 'Two' });
    expect(await verifyPack(two, further)).toEqual([]);
    const tiny = await packManifest(TINY);
    const hashOf = (name: string) => tiny.records.find((record) => record.name === name)?.sha256;
    expect(further.records.find(({ name }) => name === 'expert/2/0')?.sha256).toEqual(hashOf('expert/2/5'));
    expect(further.records.find(({ name }) => name === 'expert/2/1')?.sha256).toEqual(hashOf('expert/2/7'));
    expect(packBytes(further)).toBeLessThan(packBytes(manifest));
  });

  it('refuses what cannot be pruned, and leaves the pack alone', async () => {
    const tiny = await packManifest(TINY);
    const keep = [0, 1, 2, 3].map(() => [0, 1]);
    await expect(prune(TINY, join(folder, 'x'), tiny, { keep: [[0, 1]], name: undefined })).rejects.toMatchObject({
      code: 'request-invalid',
    });
    await expect(readdir(join(folder, 'x'))).rejects.toThrow();
    const copy = join(folder, 'copy');
    await cp(TINY, copy, { recursive: true });
    await expect(prune(copy, `${folder}/./copy`, tiny, { keep, name: undefined })).rejects.toMatchObject({
      code: 'request-invalid',
    });
    expect(await verifyPack(copy, tiny)).toEqual([]);
    await appendFile(join(copy, 'expert/0/1.bin'), 'x');
    const out = join(folder, 'broken');
    await expect(prune(copy, out, tiny, { keep, name: undefined })).rejects.toMatchObject({ code: 'record-broken' });
    expect(await readdir(out)).not.toContain('manifest.json');
    await expect(printed(folder, out, '--keep', '2', '--trace', TRACE)).rejects.toMatchObject({
      code: 'model-not-found',
    });
    await expect(printed('tiny', out, '--experts', join(folder, 'none.json'))).rejects.toMatchObject({
      code: 'request-invalid',
    });
  });

  it.each([
    [['tiny']],
    [['tiny', 'out']],
    [['tiny', 'out', '--keep', '2']],
    [['tiny', 'out', '--keep', '0', '--trace', 't']],
    [['tiny', 'out', '--keep', '2', '--trace', 't', '--experts', 'e']],
  ])('says how it is used where it is called as %j', (args) => {
    expect(() => command(...args)).toThrow(UsageError);
  });
});
