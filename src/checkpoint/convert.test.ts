import { describe, expect, it } from 'vitest';
import { checkpointFiles, folderOf } from '../../tests/support/checkpoint-files';
import { memorySink } from '../../tests/support/memory-sink';
import { recordKind, recordNames, recordSpecs } from '../pack/layout';
import { packBytes, validateManifest } from '../pack/manifest';
import { checkpointWeights, packWeights } from '../reference/weights';
import type { Checkpoint } from './checkpoint';
import { type Converted, convertCheckpoint } from './convert';
import { openHfCheckpoint } from './hf-checkpoint';

async function converted(checkpoint: Checkpoint): Promise<Converted & { records: Map<string, Uint8Array> }> {
  const sink = memorySink();
  return { ...(await convertCheckpoint(checkpoint, sink)), records: sink.records };
}

const open = async (model: 'a' | 'b') => await openHfCheckpoint(folderOf(await checkpointFiles(model)));

/** a: in shards. b: with tied embeddings, top-1, an own head_dim. */
describe.each(['a', 'b'] as const)('a pack of model %s', (model) => {
  it('is valid, in download order, with the hashes of its bytes', async () => {
    const { manifest, records } = await converted(await open(model));
    const parsed = validateManifest(JSON.parse(JSON.stringify(manifest)));
    expect([...records.keys()]).toEqual(recordNames(parsed.config));
    for (const { name, bytes, sha256 } of parsed.records) {
      const data = Uint8Array.from(records.get(name) ?? []);
      expect(data.length).toBe(bytes);
      const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', data));
      expect(sha256).toEqual([Buffer.from(digest).toString('hex')]);
    }
    expect(packBytes(parsed)).toBe([...records.values()].reduce((sum, r) => sum + r.length, 0));
  });

  it('holds routers and norms exactly and every matrix to a tenth', async () => {
    const checkpoint = await open(model);
    const { manifest, records, report } = await converted(checkpoint);
    const before = await checkpointWeights(checkpoint);
    const after = await packWeights(manifest, async (name) => records.get(name) ?? new Uint8Array());
    for (const record of recordNames(manifest.config)) {
      for (const { tensor, quantized } of recordSpecs(manifest.config, recordKind(manifest.config, record) ?? 'head')) {
        const [a, b] = [before.tensor(record, tensor), after.tensor(record, tensor)];
        const norm = a.reduce((sum, x) => sum + x * x, 0);
        const difference = a.reduce((sum, x, i) => sum + (x - (b[i] as number)) ** 2, 0);
        expect(Math.sqrt(difference / norm), `${record} ${tensor}`).toBeLessThan(quantized ? 0.1 : 1e-300);
      }
    }
    expect(report.relativeError).toBeLessThan(0.09);
    expect(report.bitsPerWeight).toBe(4.5);
    const matrices =
      model === 'a'
        ? ['tok_embeddings', 'wqkv', 'wo', 'output', 'w1', 'w3', 'w2']
        : ['tok_embeddings', 'wqkv', 'wo', 'w1', 'w3', 'w2'];
    expect(report.tensors.map(({ tensor }) => tensor)).toEqual(matrices);
    for (const t of report.tensors) {
      expect(t).toMatchObject({ source: checkpoint.matrixTypes, formats: ['q4'], bitsPerWeight: 4.5 });
      expect(t.relativeError).toBeGreaterThan(0.05);
    }
  });
});

describe('conversion', () => {
  it('identifies its source: the same weights give the same hash and pack, one changed weight others', async () => {
    const files = await checkpointFiles('b');
    const first = await converted(await openHfCheckpoint(folderOf(files)));
    const again = await converted(await openHfCheckpoint(folderOf(files)));
    expect(again.manifest).toEqual(first.manifest);
    const weights = files.get('model.safetensors') as Uint8Array;
    weights[weights.length - 200_001] = (weights[weights.length - 200_001] as number) ^ 1;
    const changed = await converted(await openHfCheckpoint(folderOf(files)));
    expect(changed.manifest.source.sha256).not.toBe(first.manifest.source.sha256);
  });

  it.each([
    ['a matrix', 'expert/1/0', 'w2'],
    ['a norm', 'dense/1', 'ffn_norm'],
  ])('refuses NaN in %s, naming it', async (_, record, tensor) => {
    const checkpoint = await open('b');
    const broken: Checkpoint = {
      ...checkpoint,
      chunks: (r, t) =>
        checkpoint.chunks(r, t).map((plan) => ({
          ...plan,
          async read() {
            const chunk = await plan.read();
            if (r === record && t === tensor) chunk.ordered.fill(0xff, 6, 8);
            return chunk;
          },
        })),
    };
    await expect(converted(broken)).rejects.toMatchObject({ code: 'checkpoint-invalid', data: { record, tensor } });
  });

  it('stops at an abort', async () => {
    const controller = new AbortController();
    const names: string[] = [];
    const running = convertCheckpoint(
      await open('b'),
      {
        piece: (name) => {
          names.push(name);
          if (names.length === 2) controller.abort();
        },
      },
      { signal: controller.signal },
    );
    await expect(running).rejects.toMatchObject({ name: 'AbortError' });
    expect(names).toEqual(['dense/0', 'dense/1']);
  });
});
