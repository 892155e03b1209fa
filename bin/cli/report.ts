import type { EngineStats, GenerateResult } from '../../src/protocol/engine';

/** What `mixtab run --json` prints. Other programs read it: fields are added, never renamed. */
export interface RunReport {
  text: string;
  ids: number[];
  prompt_ids: number[];
  finish_reason: 'stop' | 'length';
  stats: {
    load_ms: number;
    ttft_ms: number;
    prefill_tokens: number;
    prefill_tok_s: number;
    decode_tokens: number;
    decode_tok_s: number;
    gpu_bytes: number;
    gpu_budget_bytes: number;
    expert_slots: number;
    experts_total: number;
    hits: number;
    misses: number;
    bytes_paged: number;
    /** `PagingStats` of src/protocol/paging.ts, its names in snake case. */
    paging: Record<string, unknown>;
    /** Submits, readbacks and dispatches of decode alone, in total. */
    submits: number;
    readbacks: number;
    dispatches: number;
    adapter: string;
  };
  /** `[layer][token][k]` expert ids over prompt and generated tokens. */
  routing: number[][][];
}

export function toReport(result: Omit<GenerateResult, 'promptLogits'>, engine: EngineStats): RunReport {
  const { stats } = result;
  return {
    text: result.text,
    ids: result.ids,
    prompt_ids: result.promptIds,
    finish_reason: result.finishReason === 'stop' ? 'stop' : 'length',
    stats: {
      load_ms: rounded(engine.loadMs),
      ttft_ms: rounded(stats.ttftMs),
      prefill_tokens: stats.prefillTokens,
      prefill_tok_s: rounded(stats.prefillTokensPerSecond),
      decode_tokens: stats.decodeTokens,
      decode_tok_s: rounded(stats.decodeTokensPerSecond),
      gpu_bytes: stats.gpuBytes,
      gpu_budget_bytes: engine.budget?.budgetBytes ?? 0,
      expert_slots: engine.budget?.slots ?? 0,
      experts_total: engine.expertsTotal,
      hits: stats.hits,
      misses: stats.misses,
      bytes_paged: stats.bytesPaged,
      paging: snakeCase(stats.paging) as Record<string, unknown>,
      submits: stats.submits,
      readbacks: stats.readbacks,
      dispatches: stats.dispatches,
      adapter: engine.adapter,
    },
    routing: result.routing,
  };
}

/** The same with all names in snake case, numbers to this many decimals. */
export function snakeCase(value: unknown, decimals = 3): unknown {
  if (Array.isArray(value)) return value.map((item) => snakeCase(item, decimals));
  if (typeof value === 'number') return rounded(value, decimals);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, inner]) => [
    name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    snakeCase(inner, decimals),
  ]);
  return Object.fromEntries(entries);
}

/** A rate over no time (no token decoded) is 0, as JSON has no Infinity. */
function rounded(value: number, decimals = 3): number {
  return Number.isFinite(value) ? Math.round(value * 10 ** decimals) / 10 ** decimals : 0;
}
