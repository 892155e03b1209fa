import type { GenerateStats } from '../protocol/engine';

interface Rate {
  tokens: number;
  seconds: number;
}

interface Rates {
  prefill: Rate;
  decode: Rate;
}

/** Speeds over several answers, the one under way included, as `runtimeStatsText` tells them. */
export class RuntimeStats {
  #ended: Rates = { prefill: { tokens: 0, seconds: 0 }, decode: { tokens: 0, seconds: 0 } };
  #running: GenerateStats | null = null;

  /** Of the answer under way, as it stands. */
  update(stats: GenerateStats): void {
    this.#running = stats;
  }

  /** The answer under way has ended. */
  end(): void {
    this.#ended = this.#sum();
    this.#running = null;
  }

  /** In WebLLM's form, which programs read. */
  toString(): string {
    const { prefill, decode } = this.#sum();
    return `prefill: ${speed(prefill)} tokens/sec, decoding: ${speed(decode)} tokens/sec`;
  }

  #sum(): Rates {
    if (this.#running === null) return this.#ended;
    const { prefillTokens, prefillTokensPerSecond, decodeTokens, decodeTokensPerSecond } = this.#running;
    return {
      prefill: plus(this.#ended.prefill, prefillTokens, prefillTokensPerSecond),
      decode: plus(this.#ended.decode, decodeTokens, decodeTokensPerSecond),
    };
  }
}

function plus({ tokens, seconds }: Rate, more: number, perSecond: number): Rate {
  return perSecond > 0 ? { tokens: tokens + more, seconds: seconds + more / perSecond } : { tokens, seconds };
}

const speed = ({ tokens, seconds }: Rate): string => (seconds > 0 ? tokens / seconds : 0).toFixed(4);
