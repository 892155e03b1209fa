import type { Gpu, GpuCounters } from '../gpu/device';
import type { GenerateStats } from '../protocol/engine';
import type { PagingStats } from '../protocol/paging';

/** Measures one request: times of its steps, and differences of running totals. */
export class RequestMeter {
  readonly #startedAt = performance.now();
  readonly #paging: () => PagingStats;
  readonly #decode: GpuCounters = { submits: 0, readbacks: 0, dispatches: 0 };
  #firstTokenAt: number | null = null;
  #prefill = { tokens: 0, ms: 0 };
  #decodes = { tokens: 0, ms: 0 };
  #gpuBytes = 0;

  /** `paging`: what paging has done since the request began. */
  constructor(paging: () => PagingStats) {
    this.#paging = paging;
  }

  /** Runs one step of `tokens` tokens and books what it took; a step that fails is booked without its tokens. */
  async step<T>(kind: 'prefill' | 'decode', tokens: number, gpu: Gpu, run: () => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    const before = { ...gpu.counters };
    const phase = kind === 'prefill' ? this.#prefill : this.#decodes;
    try {
      const result = await run();
      phase.tokens += tokens;
      this.#firstTokenAt ??= performance.now();
      return result;
    } finally {
      phase.ms += performance.now() - startedAt;
      if (kind === 'decode') addDifference(this.#decode, gpu.counters, before);
      this.#gpuBytes = gpu.memory.bytes;
    }
  }

  stats(prompt: { tokens: number; cached: number }): GenerateStats {
    const paging = this.#paging();
    return {
      ttftMs: (this.#firstTokenAt ?? performance.now()) - this.#startedAt,
      promptTokens: prompt.tokens,
      cachedTokens: prompt.cached,
      prefillTokens: this.#prefill.tokens,
      prefillTokensPerSecond: perSecond(this.#prefill),
      decodeTokens: this.#decodes.tokens,
      decodeTokensPerSecond: perSecond(this.#decodes),
      hits: paging.hits,
      misses: paging.misses,
      bytesPaged: paging.bytes,
      paging,
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
