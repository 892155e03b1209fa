import { cp, mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
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

const resolve = (source: string, format: 'q4' | 'q8' = 'q4') => resolveModel(source, format);

it('takes the embedded model from the app itself', async () => {
  expect(await resolve('tiny')).toEqual({ model: { id: 'tiny', path: '/models/tiny/' }, mounts: {} });
});

it('mounts a pack under an id that follows its manifest', async () => {
  const pack = join(folder, 'my pack');
  await mkdir(pack);
  await writeFile(join(pack, 'manifest.json'), '{"a":1}');
  const first = await resolve(pack);
  expect(first.model.id).toMatch(/^my-pack-[0-9a-f]{12}$/);
  expect(first.mounts).toEqual({ [`/packs/${first.model.id}/`]: pack });
  expect(first.model).toMatchObject({ path: `/packs/${first.model.id}/` });
  expect(await resolve(`${pack}/`)).toEqual(first);
  await writeFile(join(pack, 'manifest.json'), '{"a":2}');
  expect((await resolve(pack)).model.id).not.toBe(first.model.id);
});

it('says what it expected of a source that is none', async () => {
  await mkdir(join(folder, 'empty'));
  await writeFile(join(folder, 'notes.txt'), '');
  await expect(resolve(join(folder, 'nothing'))).rejects.toMatchObject({ code: 'model-not-found' });
  await expect(resolve(join(folder, 'empty'))).rejects.toMatchObject({ code: 'model-not-found' });
  await expect(resolve(join(folder, 'notes.txt'))).rejects.toMatchObject({ code: 'model-not-found' });
});

it('serves the files of a GGUF model alone, under an id that follows them and the format', async () => {
  const file = join(folder, 'my model.gguf');
  await cp(join(fixturePath('b'), 'model-q4_0.gguf'), file);
  const first = await resolve(file);
  expect(first.model.id).toMatch(/^my-model-[0-9a-f]{12}$/);
  expect(first.model).toMatchObject({ importFrom: `/imports/${first.model.id}/my%20model.gguf`, format: 'q4' });
  expect(first.mounts).toEqual({ [`/imports/${first.model.id}/my model.gguf`]: file });
  expect(await resolve(file)).toEqual(first);
  expect((await resolve(file, 'q8')).model.id).not.toBe(first.model.id);
  await utimes(file, 1, 1);
  expect((await resolve(file)).model.id).not.toBe(first.model.id);
});

it('serves all parts of a split GGUF', async () => {
  const parts = ['m-00001-of-00002.gguf', 'm-00002-of-00002.gguf'].map((part) => join(folder, part));
  for (const part of parts) await writeFile(part, 'GGUF');
  expect(Object.values((await resolve(parts[0] as string)).mounts)).toEqual(parts);
});

it('serves a Hugging Face folder', async () => {
  const { model, mounts } = await resolve(fixturePath('b'));
  expect(model).toMatchObject({ importFrom: `/imports/${model.id}/`, format: 'q4' });
  expect(mounts).toEqual({ [`/imports/${model.id}/`]: fixturePath('b') });
});
