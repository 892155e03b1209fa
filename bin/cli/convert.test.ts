import { cp, mkdtemp, open, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fixturePath } from '../../tests/support/checkpoint-files';
import { ggufFile, readParts, type TensorEntry } from '../../tests/support/gguf-file';
import { convert } from './convert';
import { type InspectOptions, inspect as inspectSource } from './inspect';
import { reportTable } from './report-table';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mixtab-convert-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const SOURCE = fixturePath('b');
const pack = () => join(folder, 'pack');

const SPEEDS = { storageBytesPerSecond: 1e9, gpuBytesPerSecond: 4e11 };
const inspect = (source: string, budgetBytes?: number) =>
  inspectSource(source, { format: 'q4', budgetBytes, ...SPEEDS } satisfies InspectOptions);

describe('convert', () => {
  it('writes a pack that inspect finds whole, and says how far it is', async () => {
    const log: string[] = [];
    await convert(SOURCE, pack(), { format: 'q4', name: 'B' }, (line) => log.push(line));
    expect((await readdir(pack())).sort()).toEqual(['dense', 'expert', 'manifest.json']);
    expect(log.some((line) => line.includes('100%'))).toBe(true);
    const { json, text } = await inspect(pack());
    expect(json).toMatchObject({ kind: 'pack', name: 'B', faults: [], records: { count: 2 + 2 + 2 * 4 } });
    expect(text.join('\n')).toContain('hashes right');
  });

  it('takes a GGUF file, of which inspect tells the same', async () => {
    const file = join(SOURCE, 'model-q4_0.gguf');
    const { report } = await convert(file, pack(), { format: 'q4' });
    expect(report.relativeError).toBe(0);
    const { json } = await inspect(pack());
    expect(json).toMatchObject({ kind: 'pack', name: 'model-q4_0', faults: [] });
    const { source, ...same } = (await inspect(file)).json;
    expect({ ...same, source: null }).toEqual({ ...json, kind: 'checkpoint' });
    expect(source).toEqual({ types: ['Q4_0'], bytes: expect.any(Number) });
  });

  it('says of a GGUF file what it quantized, and how well', async () => {
    const parts = await readParts(Uint8Array.from(await readFile(join(SOURCE, 'model-q4_0.gguf'))));
    const [embeddings] = parts.tensors as [TensorEntry];
    const values = Float32Array.from({ length: 384 * 128 }, (_, i) => Math.sin(i));
    Object.assign(embeddings, { type: 0, data: new Uint8Array(values.buffer) });
    const file = join(folder, 'other.gguf');
    await writeFile(file, ggufFile(parts));
    const { report } = await convert(file, pack(), { format: 'q8' });
    const lines = reportTable(report).split('\n');
    expect(lines[1]).toMatch(/^tok_embeddings +F32 +q8 +8.50 +0.00\d+$/);
    expect(lines[2]).toMatch(/^wqkv +Q4_0 +q4 +4.50 +none$/);
    expect(lines.at(-2)).toMatch(/^all +4.7\d +0.00\d+$/);
  });

  it('replaces an old pack and writes the same bytes', async () => {
    await convert(SOURCE, pack(), { format: 'q4' });
    const first = await readFile(join(pack(), 'manifest.json'), 'utf8');
    await writeFile(join(pack(), 'expert/0/0.bin'), 'old');
    await convert(SOURCE, pack(), { format: 'q4' });
    expect(await readFile(join(pack(), 'manifest.json'), 'utf8')).toBe(first);
    expect((await inspect(pack())).json.faults).toEqual([]);
  });

  it.each([
    ['letter.txt', 'dear'],
    ['manifest.json', '{"name": "a web app"}'],
  ])('refuses a folder that holds a %s of somebody else, and touches nothing in it', async (file, text) => {
    await writeFile(join(folder, file), text);
    await expect(convert(SOURCE, folder, { format: 'q4' })).rejects.toMatchObject({ code: 'request-invalid' });
    expect(await readdir(folder)).toEqual([file]);
    expect(await readFile(join(folder, file), 'utf8')).toBe(text);
  });

  it('leaves no manifest when it fails on the way, and can be run again', async () => {
    await convert(SOURCE, pack(), { format: 'q4' });
    const broken = join(folder, 'broken');
    await cp(SOURCE, broken, { recursive: true });
    const weights = await open(join(broken, 'model.safetensors'), 'r+');
    // The last tensor of the file is the final norm, whose record comes after others; these are half-float NaNs.
    await weights.write(new Uint8Array(64).fill(0xff), 0, 64, (await weights.stat()).size - 64);
    await weights.close();
    await expect(convert(broken, pack(), { format: 'q4' })).rejects.toMatchObject({ code: 'checkpoint-invalid' });
    expect(await readdir(pack())).not.toContain('manifest.json');
    await convert(SOURCE, pack(), { format: 'q4' });
    expect((await inspect(pack())).json.faults).toEqual([]);
  });

  it('refuses a source that is not there, a place that cannot be written', async () => {
    await expect(convert(join(folder, 'none'), pack(), { format: 'q4' })).rejects.toMatchObject({
      code: 'checkpoint-invalid',
    });
    await writeFile(join(folder, 'file'), '');
    const below = convert(SOURCE, join(folder, 'file/pack'), { format: 'q4' });
    await expect(below).rejects.toMatchObject({ code: 'storage-failed' });
  });
});

describe('inspect', () => {
  it('names each record that is cut, changed or missing', async () => {
    await convert(SOURCE, pack(), { format: 'q4' });
    const changed = await readFile(join(pack(), 'expert/1/2.bin'));
    changed[100] = (changed[100] as number) ^ 1;
    await writeFile(join(pack(), 'expert/1/2.bin'), changed);
    await truncate(join(pack(), 'dense/1.bin'), 1000);
    await rm(join(pack(), 'expert/0/3.bin'));
    const { json, text } = await inspect(pack());
    expect(json.faults).toEqual([
      expect.stringMatching(/^dense\/1\.bin: expected \d+ bytes, got 1000$/),
      expect.stringMatching(/^expert\/0\/3\.bin: .*got no file$/),
      expect.stringMatching(/^expert\/1\/2\.bin: .*expected sha256/),
    ]);
    expect(text.join('\n')).toContain('3 broken');
  });

  it('tells what a checkpoint would take, and the slots of a budget', async () => {
    const { json } = await inspect(SOURCE);
    expect(json).toMatchObject({ kind: 'checkpoint', parameters: { total: 902_784, active: 386_688 } });
    const at = async (budgetBytes: number) => (await inspect(SOURCE, budgetBytes)).json.expected[1]?.slots;
    expect(await at(json.footprint.leastBytes - 1)).toBe(0);
    expect(await at(json.footprint.leastBytes)).toBe(1);
    expect(await at(json.footprint.mostBytes)).toBe(8);
    expect(await at(1e12)).toBe(8);
  });

  it('refuses what is neither, and a damaged manifest', async () => {
    await expect(inspect(folder)).rejects.toMatchObject({ code: 'model-not-found' });
    await writeFile(join(folder, 'manifest.json'), '{"format":"mixtab-pack"}');
    await expect(inspect(folder)).rejects.toMatchObject({ code: 'manifest-invalid' });
  });
});
