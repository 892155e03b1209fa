import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CheckpointFiles, checkpointFiles, folderOf } from '../../tests/support/checkpoint-files';
import { memorySink } from '../../tests/support/memory-sink';
import { formatsName } from '../pack/formats';
import { recordKind, recordNames, recordSpecs } from '../pack/layout';
import { validateManifest } from '../pack/manifest';
import { forward } from '../reference/forward';
import { KvCache } from '../reference/kv-cache';
import { checkpointWeights, packWeights } from '../reference/weights';
import { chunkValues } from './checkpoint';
import { convertCheckpoint } from './convert';
import { openGgufCheckpoint } from './gguf-checkpoint';
import { openHfCheckpoint } from './hf-checkpoint';

const FILE = 'model-q4_0.gguf';
type Bytes = Uint8Array<ArrayBuffer>;

async function opened(model: 'a' | 'b', change: (files: CheckpointFiles) => void = () => {}) {
  const files = await checkpointFiles(model);
  change(files);
  return await openGgufCheckpoint(folderOf(files), FILE);
}

/** Writes another text of the same length over each place where `from` stands in the header. */
function replace(files: CheckpointFiles, from: string, to: string): void {
  const bytes = files.get(FILE) as Bytes;
  const header = Buffer.from(bytes.buffer, bytes.byteOffset, 16384);
  for (let at = header.indexOf(from); at >= 0; at = header.indexOf(from, at + 1)) header.write(to, at, 'latin1');
}

/** Writes a u32 as the value of a key. */
function setU32(files: CheckpointFiles, key: string, value: number): void {
  const bytes = files.get(FILE) as Bytes;
  const header = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  header.writeUInt32LE(value, header.indexOf(key) + key.length + 4);
}

const bits = (values: Float32Array) => Buffer.from(values.buffer, values.byteOffset, values.byteLength);

/** a: experts stacked. b: a tensor an expert, head_dim not dim/heads, top-1, tied embeddings, a router in F16. */
describe.each([
  ['a', 'q4_0', ['Q4_0'], 'q4'],
  ['b', 'q4_0', ['Q4_0'], 'q4'],
  ['a', 'q4_1', ['Q4_1'], 'q4a'],
  ['a', 'q8_0', ['Q8_0'], 'q8'],
  ['a', 'q4_k_m', ['Q4_K', 'Q5_K', 'Q6_K', 'Q8_0'], 'q4a + q6 + q6a + q8a'],
] as const)('GGUF model %s in %s', (model, kind, types, formats) => {
  const file = `model-${kind}`;
  it('gives the golden logits and picks', async () => {
    const files = await checkpointFiles(model);
    const golden = JSON.parse(new TextDecoder().decode(files.get(`${file}.json`)));
    const logits = new Float32Array((files.get(`${file}.logits.f32`) as Bytes).buffer);
    const weights = await checkpointWeights(await openGgufCheckpoint(folderOf(files), `${file}.gguf`));
    const result = forward(weights, golden.ids, new KvCache(weights.config, 'exact'));
    const most = logits.reduce((max, x, i) => Math.max(max, Math.abs(x - (result.logits[i] as number))), 0);
    expect(logits.length).toBe(result.logits.length);
    expect(most / golden.logit_std).toBeLessThan(1e-5);
    expect(result.picks).toEqual(golden.picks);
  });

  it('has the shape that the Hugging Face folder of the same model has', async () => {
    const files = folderOf(await checkpointFiles(model));
    expect((await openGgufCheckpoint(files, `${file}.gguf`)).config).toEqual((await openHfCheckpoint(files)).config);
  });

  it(`becomes a pack in ${formats} whose weights are those of the file: bit for bit, or as near as scales in f16 come`, async () => {
    const checkpoint = await openGgufCheckpoint(folderOf(await checkpointFiles(model)), `${file}.gguf`);
    expect(checkpoint.matrixTypes).toEqual(types);
    const { records, ...sink } = memorySink();
    const { manifest, report } = await convertCheckpoint(checkpoint, sink);
    expect(formatsName(manifest.formats)).toBe(formats);
    expect(() => validateManifest(JSON.parse(JSON.stringify(manifest)))).not.toThrow();
    const exact = types.length === 1;
    const before = await checkpointWeights(checkpoint);
    const after = await packWeights(manifest, async (name) => records.get(name) as Uint8Array);
    let compared = 0;
    for (const record of recordNames(manifest.config)) {
      for (const { tensor } of recordSpecs(manifest.config, recordKind(manifest.config, record) ?? 'head')) {
        const [x, y] = [before.tensor(record, tensor), after.tensor(record, tensor)];
        if (exact) expect(Buffer.compare(bits(x), bits(y)), `${record} ${tensor}`).toBe(0);
        else expect(difference(x, y), `${record} ${tensor}`).toBeLessThan(0.001);
        compared += x.length;
      }
    }
    expect(compared).toBeGreaterThan(900_000 / (model === 'a' ? 1 : 2));
    if (exact) expect(report.relativeError).toBe(0);
    else expect(report.relativeError).toBeLessThan(0.001);
  });
});

function difference(x: Float32Array, y: Float32Array): number {
  const sum = (of: (i: number) => number) => x.reduce((total, _, i) => total + of(i) ** 2, 0);
  return Math.sqrt(sum((i) => (x[i] as number) - (y[i] as number)) / sum((i) => x[i] as number));
}

describe('a GGUF file', () => {
  it('gives the rows of a tensor in order, each once, and one expert of a stack', async () => {
    const checkpoint = await opened('a');
    let next = 0;
    for (const plan of checkpoint.chunks('dense/1', 'wqkv')) {
      const chunk = await plan.read();
      expect([chunk.firstRow, chunk.rows]).toEqual([plan.firstRow, plan.rows]);
      expect(chunk.firstRow).toBe(next);
      next += chunkValues(chunk).length / checkpoint.config.dim;
    }
    expect(next).toBe((8 + 2 * 2) * 32);
  });

  it.each<['a' | 'b', string, string, (files: CheckpointFiles) => void]>([
    ['a', 'of another architecture', 'expected "llama"', (f) => replace(f, 'llama', 'gemma')],
    ['a', 'without experts', 'llama.expert_count', (f) => setU32(f, 'llama.expert_count', 0)],
    ['a', 'with RoPE on a part of a head', 'rope.dimension_count', (f) => setU32(f, 'llama.rope.dimension_count', 16)],
    ['b', 'with values of another width', 'value_length', (f) => setU32(f, 'llama.attention.value_length', 32)],
    ['b', 'with scaled RoPE', 'rope_freqs', (f) => replace(f, 'token_embd.weight', 'rope_freqs.weight')],
  ])('of model %s %s is refused as that', async (model, _, named, change) => {
    await expect(opened(model, change)).rejects.toMatchObject({
      code: 'config-unsupported',
      message: expect.stringContaining(named),
    });
  });

  it.each<['a' | 'b', string, string, (files: CheckpointFiles) => void]>([
    ['a', 'a key missing', 'llama.block_count', (f) => replace(f, 'llama.block_count', 'llama.block_cOUNT')],
    ['a', 'a RoPE base of 0', 'a number above 0', (f) => setU32(f, 'llama.rope.freq_base', 0)],
    ['a', 'an expert stack missing', 'blk.1.ffn_up_exps', (f) => replace(f, 'blk.1.ffn_up_exps', 'blk.1.ffn_xx_exps')],
    ['b', 'one expert missing', 'blk.0.ffn_up', (f) => replace(f, 'blk.0.ffn_up.3', 'blk.0.ffn_up.9')],
    ['a', 'more experts than there are', '[256,16]', (f) => setU32(f, 'llama.expert_count', 16)],
    ['a', 'a part of a file', 'cut short', (f) => f.set(FILE, (f.get(FILE) as Bytes).slice(0, 100_000))],
  ])('of model %s with %s is refused for %s', async (model, _, named, change) => {
    await expect(opened(model, change)).rejects.toMatchObject({
      code: 'checkpoint-invalid',
      message: expect.stringContaining(named),
    });
  });

  it('with any bytes of its header changed opens or is refused, never anything else', async () => {
    const whole = (await checkpointFiles('b')).get(FILE) as Bytes;
    const change = fc.tuple(fc.nat(11_994), fc.integer({ min: 0, max: 255 }));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
        const bytes = whole.slice();
        for (const [at, value] of changes) bytes[at] = value;
        const failure: unknown = await openGgufCheckpoint(folderOf(new Map([[FILE, bytes]])), FILE).then(
          () => null,
          (error: unknown) => error,
        );
        if (failure !== null)
          expect(failure).toMatchObject({ code: expect.stringMatching(/^(checkpoint-invalid|config-unsupported)$/) });
      }),
      { numRuns: 300 },
    );
  });
});
