import { describe, expect, it } from 'vitest';
import type { ModelConfig } from '../model/config';
import { KvCache } from './kv-cache';
import { router } from './router';

const config: ModelConfig = {
  dim: 4,
  hiddenDim: 32,
  nLayers: 2,
  nHeads: 2,
  nKvHeads: 1,
  headDim: 32,
  nExperts: 4,
  topK: 2,
  vocabSize: 8,
  ropeTheta: 10000,
  normEps: 1e-5,
  maxContext: 8,
  tieEmbeddings: false,
  bosId: 1,
  eosIds: [2],
};
const ones = Float32Array.of(1, 1, 1, 1);

describe('the router', () => {
  it.each([
    [1, [1]],
    [2, [1, 0]],
    [4, [1, 0, 2, 3]],
  ])('picks top %i, of equal logits the lower id first', (topK, picks) => {
    // Logits 1, 2, 1, 1 times the same factor.
    const gate = Float32Array.of(1, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0);
    const route = router({ ...config, topK }, Float64Array.of(1, 1, 1, 1), ones, gate);
    expect(route.picks).toEqual(picks);
    expect(route.weights.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
  });
});

describe('the KV cache', () => {
  it('rounds to f16 or keeps what it is given', () => {
    const width = config.nKvHeads * config.headDim;
    const third = new Float64Array(width).fill(1 / 3);
    for (const [rounding, value] of [
      ['f16', 0.333251953125],
      ['exact', 1 / 3],
    ] as const) {
      const cache = new KvCache(config, rounding, 3);
      cache.store(1, 2, third, third);
      expect(cache.keys(1)[2 * width]).toBe(value);
      expect(cache.values(1)[2 * width]).toBe(value);
      expect(cache.keys(0)[2 * width]).toBe(0);
    }
  });
});
