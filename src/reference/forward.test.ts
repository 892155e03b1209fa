import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { nodeFolder } from '../../bin/cli/node-source';
import { openHfCheckpoint } from '../checkpoint/hf-checkpoint';
import { forward } from './forward';
import { KvCache } from './kv-cache';
import { checkpointWeights } from './weights';

interface Golden {
  ids: number[];
  argmax: number[];
  greedy: number[];
  picks: number[][][];
  logit_std: number;
}

async function load(model: 'a' | 'b') {
  const folder = fileURLToPath(new URL(`../../tests/fixtures/refs/${model}`, import.meta.url));
  const weights = await checkpointWeights(await openHfCheckpoint(nodeFolder(folder)));
  const golden: Golden = JSON.parse(await readFile(`${folder}/safetensors.json`, 'utf8'));
  const bytes = await readFile(`${folder}/safetensors.logits.f32`);
  const logits = new Float32Array(Uint8Array.from(bytes).buffer);
  return { weights, golden, logits };
}

/** Greatest difference over the golden's standard deviation. */
function difference(a: ArrayLike<number>, b: ArrayLike<number>, std: number): number {
  let most = 0;
  for (let i = 0; i < b.length; i++) most = Math.max(most, Math.abs((a[i] as number) - (b[i] as number)));
  return most / std;
}

/** a: 8 experts top-2, GQA, three bf16 shards. b: head_dim not dim/heads, top-1, tied embeddings, f16. */
describe.each(['a', 'b'] as const)('the twin on the unquantized model %s', (model) => {
  it('gives the golden logits and picks, and the greedy tokens that follow', async () => {
    const { weights, golden, logits } = await load(model);
    const cache = new KvCache(weights.config, 'exact');
    const result = forward(weights, golden.ids, cache);
    expect(result.logits.length).toBe(logits.length);
    expect(difference(result.logits, logits, golden.logit_std)).toBeLessThan(1e-5);
    expect(result.picks).toEqual(golden.picks);
    const greedy: number[] = [];
    for (let last = result.logits; greedy.length < golden.greedy.length; ) {
      const at = last.subarray(-weights.config.vocabSize);
      greedy.push(at.indexOf(Math.max(...at)));
      last = forward(weights, greedy.slice(-1), cache).logits;
    }
    expect(greedy).toEqual(golden.greedy);
  });

  it('gives the same bits in any portions', async () => {
    const { weights, golden } = await load(model);
    const whole = forward(weights, golden.ids, new KvCache(weights.config, 'f16'));
    const cache = new KvCache(weights.config, 'f16');
    const first = forward(weights, golden.ids.slice(0, 5), cache);
    const rest = forward(weights, golden.ids.slice(5), cache);
    expect([...first.logits, ...rest.logits]).toEqual([...whole.logits]);
    expect(rest.picks.map((p, layer) => [...(first.picks[layer] ?? []), ...p])).toEqual(whole.picks);
  });
});

describe('what the twin refuses', () => {
  it('ids outside the vocabulary and more positions than the cache holds', async () => {
    const { weights } = await load('b');
    const cache = new KvCache(weights.config, 'f16', 2);
    expect(() => forward(weights, [weights.config.vocabSize], cache)).toThrow(
      expect.objectContaining({ code: 'request-invalid' }),
    );
    expect(() => forward(weights, [1, 2, 3], cache)).toThrow(expect.objectContaining({ code: 'context-overflow' }));
  });
});
