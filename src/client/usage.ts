import type { GenerateResult } from '../protocol/engine';
import type { LocalUsage } from './openai';

/** Of answers made one after the other, `n` of them to each prompt: a prompt is counted once. */
export function usageOf(results: GenerateResult[], n: number, elapsedMs: number): LocalUsage {
  const sum = (take: (result: GenerateResult) => number): number =>
    results.reduce((total, result) => total + take(result), 0);
  const firsts = results.filter((_, index) => index % n === 0);
  const promptTokens = firsts.reduce((total, { promptIds }) => total + promptIds.length, 0);
  const completionTokens = sum(({ ids }) => ids.length);
  const [hits, misses] = [sum(({ stats }) => stats.hits), sum(({ stats }) => stats.misses)];
  const decodeRate = rate(results.map(({ stats }) => [stats.decodeTokens, stats.decodeTokensPerSecond]));
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
    prompt_tokens_details: { cached_tokens: firsts.reduce((total, { stats }) => total + stats.cachedTokens, 0) },
    extra: {
      e2e_latency_s: elapsedMs / 1000,
      prefill_tokens_per_s: rate(results.map(({ stats }) => [stats.prefillTokens, stats.prefillTokensPerSecond])),
      decode_tokens_per_s: decodeRate,
      time_to_first_token_s: (results[0]?.stats.ttftMs ?? 0) / 1000,
      time_per_output_token_s: decodeRate > 0 ? 1 / decodeRate : 0,
      moe: {
        hits,
        misses,
        hitRate: hits + misses > 0 ? hits / (hits + misses) : 1,
        bytesPaged: sum(({ stats }) => stats.bytesPaged),
        stallMs: sum(({ stats }) => stats.paging.stallMs),
      },
    },
  };
}

/** Tokens a second over parts of so many tokens at so many a second. */
function rate(parts: [tokens: number, perSecond: number][]): number {
  const measured = parts.filter(([, perSecond]) => perSecond > 0);
  const tokens = measured.reduce((total, [part]) => total + part, 0);
  const seconds = measured.reduce((total, [part, perSecond]) => total + part / perSecond, 0);
  return seconds > 0 ? tokens / seconds : 0;
}
