import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { mixtab } from './command';

let folder: string;
test.beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mixtab-full-size-'));
});
test.afterAll(() => rmSync(folder, { recursive: true }));

test('one layer of Mixtral 8x7B in its true shapes is made, paged and measured', async () => {
  test.setTimeout(240_000);
  // The tuner would measure a head of 74 MB in all variants, which takes longer than all the rest.
  const argv = 'bench fullsize --layers 1 --gpu-mb 620 --tokens 2 --kernel row --json';
  const { status, stdout, stderr } = await mixtab(argv.split(' '), folder);
  expect([status, stderr]).toEqual([0, '']);
  const report = JSON.parse(stdout);
  expect(Object.keys(report)).toEqual(['adapter', 'layers', 'pack_bytes', 'made', 'runs', 'repetition']);
  // 8 experts of 99 MB, embeddings and head of 74 MB each, attention.
  expect([report.layers, report.made.bytes]).toEqual([1, report.pack_bytes]);
  expect(report.pack_bytes / 1e9).toBeCloseTo(0.964, 2);
  expect(report.runs).toHaveLength(1);
  const [run] = report.runs;
  expect([run.slots, run.experts_total, run.tokens, run.gpu_bytes_after]).toEqual([3, 8, 2, 0]);
  expect(run.gpu_bytes).toBeLessThanOrEqual(620e6);
  const positive = ['tokens_per_second', 'token_ms', 'compute_ms', 'page_in_rate', 'share_of_loop', 'over_floor'];
  for (const name of positive) expect([name, run[name] > 0]).toEqual([name, true]);
  expect(Object.values(run.loop_rate).every((rate) => Number(rate) > 0)).toBe(true);
  expect(report.repetition).toHaveLength(1);
});

test('a model is kept where it is wished, and not made again', async () => {
  const profile = join(folder, 'profile');
  const run = async (megabytes: string) => {
    const argv = `bench fullsize --layers 2 --narrow --gpu-mb ${megabytes} --tokens 1 --kernel row --json`;
    const { status, stdout, stderr } = await mixtab([...argv.split(' '), '--profile-dir', profile], folder);
    expect([status, stderr]).toEqual([0, '']);
    return JSON.parse(stdout);
  };
  const first = await run('44,37');
  expect(first.made.bytes).toBe(first.pack_bytes);
  expect(first.runs.map(({ slots }: { slots: number }) => slots)).toEqual([4, 2]);
  const again = await run('37');
  expect([again.made, again.pack_bytes]).toEqual([null, first.pack_bytes]);
});
