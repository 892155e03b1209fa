import { describe, expect, it } from 'vitest';
import { noPaging, pagingStats } from '../../src/paging/figures';
import type { EngineStats, GenerateResult } from '../../src/protocol/engine';
import { MixtabError } from '../../src/protocol/errors';
import { failureLine } from './failure';
import { toReport } from './report';

const RESULT: GenerateResult = {
  text: ' upon a time',
  ids: [7, 8, 9],
  promptIds: [1, 5],
  finishReason: 'stop',
  stats: {
    ttftMs: 12.34567,
    promptTokens: 2,
    cachedTokens: 0,
    prefillTokens: 2,
    prefillTokensPerSecond: 100,
    decodeTokens: 3,
    decodeTokensPerSecond: 33.3333333,
    hits: 70,
    misses: 10,
    bytesPaged: 2_211_840,
    paging: pagingStats(noPaging({ nLayers: 1 }), noPaging({ nLayers: 1 }), 'lru', true),
    submits: 4,
    readbacks: 5,
    dispatches: 96,
    gpuBytes: 6_000_000,
  },
  routing: [
    [
      [0, 3],
      [1, 2],
    ],
  ],
};
const ENGINE: EngineStats = {
  gpuBytes: 6_000_000,
  budget: {
    budgetBytes: 7_000_000,
    leastBytes: 3_000_000,
    mostBytes: 9_000_000,
    fixedBytes: 2_000_000,
    slotBytes: 221_184,
    slots: 20,
  },
  loadMs: 250.5,
  expertsTotal: 32,
  adapter: 'SwiftShader',
};

describe('toReport', () => {
  it('has exactly the fields of the contract, each from its source', () => {
    expect(toReport(RESULT, ENGINE)).toEqual({
      text: ' upon a time',
      ids: [7, 8, 9],
      prompt_ids: [1, 5],
      finish_reason: 'stop',
      stats: {
        load_ms: 250.5,
        ttft_ms: 12.346,
        prefill_tokens: 2,
        prefill_tok_s: 100,
        decode_tokens: 3,
        decode_tok_s: 33.333,
        gpu_bytes: 6_000_000,
        gpu_budget_bytes: 7_000_000,
        expert_slots: 20,
        experts_total: 32,
        hits: 70,
        misses: 10,
        bytes_paged: 2_211_840,
        paging: {
          policy: 'lru',
          hits: 0,
          misses: 0,
          late: 0,
          bytes: 0,
          stall_ms: 0,
          ram_bytes: 0,
          read_ms: 0,
          overlap: 0,
          reads_in_flight: { most: 0, mean: 0 },
          prefetch: { on: true, issued: 0, used: 0, wasted_bytes: 0, recall: null },
          lossy: { replaced: 0, skipped: 0, stood_in: 0 },
          layers: [{ hits: 0, misses: 0, late: 0, bytes: 0, stall_ms: 0 }],
        },
        submits: 4,
        readbacks: 5,
        dispatches: 96,
        adapter: 'SwiftShader',
      },
      routing: [
        [
          [0, 3],
          [1, 2],
        ],
      ],
    });
  });

  it('stays JSON when nothing was decoded', () => {
    const stats = { ...RESULT.stats, decodeTokens: 0, decodeTokensPerSecond: Number.NaN };
    const report = JSON.parse(JSON.stringify(toReport({ ...RESULT, stats }, ENGINE)));
    expect(report.stats.decode_tok_s).toBe(0);
  });
});

describe('failureLine', () => {
  it('is one line that says what, and what to do', () => {
    const error = new MixtabError('budget-too-small', 'budget: expected at least 3 MB,\n  got 1 MB', 'Raise it.');
    expect(failureLine(error)).toBe('mixtab: budget: expected at least 3 MB, got 1 MB. Raise it.');
  });

  it('keeps the message of an error that nobody foresaw', () => {
    expect(failureLine(new TypeError('x is not a function.'))).toMatch(
      /^mixtab: TypeError: x is not a function\. \S.*$/,
    );
  });
});
