import type { Gpu, GpuCounters } from '../gpu/device';
import type { PagingCounters } from '../paging/pager';
import type { GenerateStats } from '../protocol/engine';

/** Measures one request: times of its steps, and differences of running totals. */
export class RequestMeter {
  readonly #startedAt = performance.now();
  readonly #paging: PagingCounters = { hits: 0, misses: 0, bytesPaged: 0 };
  readonly #decode: GpuCounters = { submits: 0, readbacks: 0, dispatches: 0 };
  #firstTokenAt: number | null = null;
  #prefill = { tokens: 0, ms: 0 };
  #decodes = { tokens: 0, ms: 0 };
  #gpuBytes = 0;

  /** Runs one step of `tokens` tokens and books what it took; a step that fails is booked without its tokens. */
  async step<T>(
    kind: 'prefill' | 'decode',
    tokens: number,
    gpu: Gpu,
    paging: PagingCounters,
    run: () => Promise<T>,
  ): Promise<T> {
    const startedAt = performance.now();
    const [gpuBefore, pagingBefore] = [{ ...gpu.counters }, { ...paging }];
    const phase = kind === 'prefill' ? this.#prefill : this.#decodes;
    try {
      const result = await run();
      phase.tokens += tokens;
      this.#firstTokenAt ??= performance.now();
      return result;
    } finally {
      phase.ms += performance.now() - startedAt;
      addDifference(this.#paging, paging, pagingBefore);
      if (kind === 'decode') addDifference(this.#decode, gpu.counters, gpuBefore);
      this.#gpuBytes = gpu.memory.bytes;
    }
  }

  stats(prompt: { tokens: number; cached: number }): GenerateStats {
    return {
      ttftMs: (this.#firstTokenAt ?? performance.now()) - this.#startedAt,
      promptTokens: prompt.tokens,
      cachedTokens: prompt.cached,
      prefillTokens: this.#prefill.tokens,
      prefillTokensPerSecond: perSecond(this.#prefill),
      decodeTokens: this.#decodes.tokens,
      decodeTokensPerSecond: perSecond(this.#decodes),
      ...this.#paging,
      ...this.#decode,
      gpuBytes: this.#gpuBytes,
    };
  }
}

function perSecond({ tokens, ms }: { tokens: number; ms: number }): number {
  return ms > 0 ? (tokens / ms) * 1000 : 0;
}

function addDifference<K extends string>(
  into: Record<K, number>,
  now: Record<K, number>,
  before: Record<K, number>,
): void {
  for (const key of Object.keys(into) as K[]) into[key] += now[key] - before[key];
}
