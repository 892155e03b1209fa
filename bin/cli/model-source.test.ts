import { cp, mkdir, mkdtemp, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { fixturePath } from '../../tests/support/checkpoint-files';
import { resolveModel } from './model-source';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mixtab-source-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const resolve = (source: string) => resolveModel(source, join(folder, 'packs'), () => {});

it('takes the embedded model from the app itself', async () => {
  expect(await resolve('tiny')).toEqual({ model: { id: 'tiny', path: '/models/tiny/' }, mounts: {} });
});

it('mounts a pack under an id that follows its manifest', async () => {
  const pack = join(folder, 'my pack');
  await mkdir(pack);
  await writeFile(join(pack, 'manifest.json'), '{"a":1}');
  const first = await resolve(pack);
  expect(first.model.id).toMatch(/^my-pack-[0-9a-f]{12}$/);
  expect(first.mounts).toEqual({ [first.model.path]: pack });
  expect(await resolve(`${pack}/`)).toEqual(first);
  await writeFile(join(pack, 'manifest.json'), '{"a":2}');
  expect((await resolve(pack)).model.id).not.toBe(first.model.id);
});

it('says what it expected of a source that is none', async () => {
  await mkdir(join(folder, 'empty'));
  await writeFile(join(folder, 'model.gguf'), 'GGUF');
  await writeFile(join(folder, 'notes.txt'), '');
  await expect(resolve(join(folder, 'nothing'))).rejects.toMatchObject({ code: 'model-not-found' });
  await expect(resolve(join(folder, 'empty'))).rejects.toMatchObject({ code: 'model-not-found' });
  await expect(resolve(join(folder, 'notes.txt'))).rejects.toMatchObject({ code: 'model-not-found' });
  await expect(resolve(join(folder, 'model.gguf'))).rejects.toMatchObject({ code: 'checkpoint-invalid' });
});

it('converts a GGUF file once, until it changes', async () => {
  const file = join(folder, 'model.gguf');
  await cp(join(fixturePath('b'), 'model-q4_0.gguf'), file);
  const first = await resolve(file);
  expect(first.model.id).toMatch(/^model-[0-9a-f]{12}$/);
  const [pack] = Object.values(first.mounts) as [string];
  const { mtimeMs } = await stat(join(pack, 'manifest.json'));
  expect(await resolve(file)).toEqual(first);
  expect((await stat(join(pack, 'manifest.json'))).mtimeMs).toBe(mtimeMs);
  await utimes(file, 1, 1);
  expect(Object.values((await resolve(file)).mounts)).not.toEqual([pack]);
});

it('leaves no half pack when a conversion fails', async () => {
  const checkpoint = join(folder, 'broken');
  await mkdir(checkpoint);
  await writeFile(join(checkpoint, 'config.json'), '{');
  await expect(resolve(checkpoint)).rejects.toMatchObject({ name: 'MixtabError' });
  await expect(resolve(checkpoint)).rejects.toMatchObject({ name: 'MixtabError' });
});
