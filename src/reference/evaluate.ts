import { forward } from './forward';
import { KvCache, type KvRounding } from './kv-cache';
import type { ReferenceWeights } from './weights';

/** One held-out text. */
export interface EvalText {
  kind: string;
  /** With BOS first; every id but the first is predicted. */
  ids: number[];
}

/** Mean negative log likelihood, nats a token, by kind and over `all` tokens. */
export function meanNll(weights: ReferenceWeights, texts: EvalText[], kv: KvRounding): Record<string, number> {
  const sums = new Map<string, { nll: number; tokens: number }>();
  for (const { kind, ids } of texts) {
    const { logits } = forward(weights, ids.slice(0, -1), new KvCache(weights.config, kv, ids.length));
    const nll = textNll(logits, ids, weights.config.vocabSize);
    for (const key of [kind, 'all']) {
      const sum = sums.get(key) ?? { nll: 0, tokens: 0 };
      sums.set(key, { nll: sum.nll + nll, tokens: sum.tokens + ids.length - 1 });
    }
  }
  return Object.fromEntries([...sums].map(([key, { nll, tokens }]) => [key, nll / tokens]));
}

/** Sum of -log p(ids[t + 1] | ids[..t]). `logits`: `[ids.length - 1, vocab]`. */
export function textNll(logits: ArrayLike<number>, ids: number[], vocabSize: number): number {
  let nll = 0;
  for (let t = 0; t + 1 < ids.length; t++) {
    const at = t * vocabSize;
    let max = -Infinity;
    for (let i = 0; i < vocabSize; i++) max = Math.max(max, logits[at + i] as number);
    let sum = 0;
    for (let i = 0; i < vocabSize; i++) sum += Math.exp((logits[at + i] as number) - max);
    nll += max + Math.log(sum) - (logits[at + (ids[t + 1] as number)] as number);
  }
  return nll;
}
