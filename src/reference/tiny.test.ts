import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { recordPath, validateManifest } from '../pack/manifest';
import { type EvalText, meanNll } from './evaluate';
import { forward } from './forward';
import { KvCache } from './kv-cache';
import { packWeights } from './weights';

/** The embedded model. When its weights are replaced, `node scripts/remake-tiny.mjs` remakes all that is read here. */
const pack = new URL('../../public/models/tiny/', import.meta.url);
const fixtures = new URL('../../tests/fixtures/tiny/', import.meta.url);

interface Golden {
  name: string;
  ids: number[];
  argmax: number[];
  picks: number[][][];
  logitStd: number;
  /** File name. */
  logits: string;
}

async function json<T>(file: string, at = fixtures): Promise<T> {
  return JSON.parse(await readFile(new URL(file, at), 'utf8')) as T;
}

const manifest = validateManifest(await json('manifest.json', pack));
const weights = await packWeights(manifest, (record) => readFile(new URL(recordPath(record), pack)));
const goldens = await json<Golden[]>('q4-goldens.json');

describe('the embedded model', () => {
  it.each(goldens)('gives its goldens for the prompt $name', async ({ ids, picks, argmax, logits, logitStd }) => {
    const result = forward(weights, ids, new KvCache(weights.config, 'f16'));
    const golden = new Float32Array(Uint8Array.from(await readFile(new URL(logits, fixtures))).buffer);
    expect(result.logits.length).toBe(golden.length);
    const most = result.logits.reduce((max, v, i) => Math.max(max, Math.abs(v - (golden[i] as number))), 0);
    // Exact but for the last bit of exp and cos, which engines may round differently.
    expect(most / logitStd).toBeLessThan(1e-6);
    expect(result.picks).toEqual(picks);
    const vocab = weights.config.vocabSize;
    const best = ids
      .map((_, t) => golden.subarray(t * vocab, (t + 1) * vocab))
      .map((row) => row.indexOf(Math.max(...row)));
    expect(best).toEqual(argmax);
  });

  it('says the same next token as before quantization at four positions of five', async () => {
    let same = 0;
    let all = 0;
    for (const { name, ids, argmax } of goldens) {
      const before = await json<{ ids: number[]; argmax: number[] }>(`golden-${name}.json`);
      expect(ids).toEqual(before.ids);
      same += argmax.filter((id, t) => id === before.argmax[t]).length;
      all += ids.length;
    }
    expect(same / all).toBeGreaterThan(0.8);
  });

  it('loses at most 0.008 nats a token to quantization', async () => {
    const { bf16 } = await json<{ bf16: Record<string, number> }>('eval.reference.json');
    const evaluation = await json<{ source: object; q4: Record<string, number> }>('q4-eval.json');
    expect(evaluation.source).toEqual(manifest.source);
    expect((evaluation.q4.all ?? 9) - (bf16.all ?? 0)).toBeLessThan(0.008);
    // All texts take a minute, so only one kind is computed here.
    const texts = (await json<EvalText[]>('eval.json')).filter(({ kind }) => kind === 'sum');
    const { sum } = meanNll(weights, texts, 'f16');
    expect(sum).toBeCloseTo(evaluation.q4.sum ?? 0, 9);
  });
});
