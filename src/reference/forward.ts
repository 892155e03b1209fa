import type { KeptExperts } from '../model/expert-mask';
import { denseName, expertName } from '../pack/layout';
import { MixtabError } from '../protocol/errors';
import { attention } from './attention';
import { attentionOut } from './attention-out';
import { embed } from './embed';
import { expertDown } from './expert-down';
import { expertUp } from './expert-up';
import type { KvCache } from './kv-cache';
import { lmHead } from './lm-head';
import { qkv } from './qkv';
import { type LossyRouting, router } from './router';
import type { ReferenceWeights } from './weights';

export interface ForwardResult {
  /** float64 `[tokens, vocab]` */
  logits: Float64Array;
  /** `[layer][token][k]` expert ids, best first. */
  picks: number[][][];
  /** `[layer][token][k]` router weights of the picks. */
  routerWeights: number[][][];
}

/**
 * The forward pass of Mixtral (arXiv 2401.04088), plainly: the specification of what the kernels compute, in float64. Each function has the
 * name of its kernel. Continues after the positions that the cache holds, and appends to it. `lossy` is each layer's; exact without. `kept`: the
 * experts that may be picked.
 *
 * Throws `request-invalid` for an id outside the vocabulary, `context-overflow` when the cache is full.
 */
export function forward(
  weights: ReferenceWeights,
  ids: readonly number[],
  cache: KvCache,
  lossy?: (layer: number) => LossyRouting,
  kept: KeptExperts = null,
): ForwardResult {
  const c = weights.config;
  const logits = new Float64Array(ids.length * c.vocabSize);
  const picks: number[][][] = Array.from({ length: c.nLayers }, () => []);
  const routerWeights: number[][][] = Array.from({ length: c.nLayers }, () => []);
  for (const id of ids) checkId(id, c.vocabSize);

  const embeddings = weights.tensor(denseName(0), 'tok_embeddings');
  const head = denseName(c.nLayers + 1);
  const output = c.tieEmbeddings ? embeddings : weights.tensor(head, 'output');

  for (const [t, id] of ids.entries()) {
    const position = cache.length;
    const x = embed(embeddings, c.dim, id);
    for (let layer = 0; layer < c.nLayers; layer++) {
      const dense = (tensor: string) => weights.tensor(denseName(layer + 1), tensor);

      // attention
      const { q, k, v } = qkv(c, x, dense('attention_norm'), dense('wqkv'), position);
      cache.store(layer, position, k, v);
      const a = attention(c, q, cache.keys(layer), cache.values(layer), position);
      attentionOut(x, dense('wo'), a);

      // experts
      const route = router(c, x, dense('ffn_norm'), dense('gate'), lossy?.(layer), kept?.[layer]);
      for (const [n, expert] of route.picks.entries()) {
        const part = (tensor: string) => weights.tensor(expertName(layer, expert), tensor);
        const h = expertUp(route.xn, part('w1'), part('w3'));
        expertDown(x, part('w2'), h, route.weights[n] as number);
      }
      picks[layer]?.push(route.picks);
      routerWeights[layer]?.push(route.weights);
    }
    cache.length += 1;
    logits.set(lmHead(x, weights.tensor(head, 'norm'), output, c.normEps), t * c.vocabSize);
  }
  return { logits, picks, routerWeights };
}

function checkId(id: number, vocabSize: number): void {
  if (Number.isInteger(id) && id >= 0 && id < vocabSize) return;
  throw new MixtabError(
    'request-invalid',
    `ids: expected token ids from 0 to ${vocabSize - 1}, got ${id}`,
    'Use the tokenizer of this model.',
  );
}
