import type { Generated } from '../bin/headless/api';
import type { GenerateStats, ModelInfo } from '../src/protocol/engine';
import { MixtabError } from '../src/protocol/errors';
import type { PagingStats } from '../src/protocol/paging';
import type { ReadSpeed } from '../src/synthetic/read-speed';

/** Of one run: decode alone, without the prompt's token. Times in ms and bytes are of one token. */
export interface FullSizeFigures {
  budgetBytes: number;
  gpuBytes: number;
  slots: number;
  expertsTotal: number;
  tokens: number;
  tokensPerSecond: number;
  tokenMs: number;
  hitRate: number;
  /** Of the experts that were picked without being resident. */
  neededBytes: number;
  /** Of all that was paged in. */
  pagedBytes: number;
  /** The forward pass waits for experts, and the GPU has nothing to do. */
  stallMs: number;
  /** The rest. */
  computeMs: number;
  /** Bytes a second from storage while something is read. */
  pageInRate: number;
  /** The same way, in a loop: records read for the first time, which are hashed, and again; and as many of both as decode read. */
  loopRate: { first: number; again: number; mixed: number };
  /** `pageInRate` over `loopRate.mixed`. */
  shareOfLoop: number;
  /** `tokenMs` over the larger of `computeMs` and the needed bytes at `loopRate.mixed`. */
  overFloor: number;
  overlap: number;
  readsInFlight: PagingStats['readsInFlight'];
  prefetch: PagingStats['prefetch'];
}

export function figuresOf(
  { result, firstStats }: Generated,
  info: ModelInfo,
  loop: { first: ReadSpeed; again: ReadSpeed },
): FullSizeFigures {
  if (!firstStats) throw new MixtabError('internal', 'bench: expected tokens, got none');
  const { stats, routing } = result;
  const { budget } = info;
  const decode = decodeOf(firstStats, stats);
  const tokens = stats.decodeTokens - firstStats.decodeTokens;
  const tokenMs = decode.ms / tokens;
  const neededBytes = (decode.misses * budget.slotBytes) / tokens;
  const rate = ({ bytes, ms }: ReadSpeed): number => (bytes / ms) * 1000;
  const firstShare = Math.min(1, (newExperts(routing) * budget.slotBytes) / decode.storageBytes);
  const rates = { first: rate(loop.first), again: rate(loop.again) };
  const mixed = 1 / (firstShare / rates.first + (1 - firstShare) / rates.again);
  const pageInRate = rate({ bytes: decode.storageBytes, ms: decode.readMs });
  const stallMs = decode.stallMs / tokens;
  const computeMs = tokenMs - stallMs;
  const { overlap, readsInFlight, prefetch } = stats.paging;
  return {
    budgetBytes: budget.budgetBytes,
    gpuBytes: stats.gpuBytes,
    slots: budget.slots,
    expertsTotal: info.layers * info.experts,
    tokens,
    tokensPerSecond: 1000 / tokenMs,
    tokenMs,
    hitRate: decode.hits / (decode.hits + decode.misses),
    neededBytes,
    pagedBytes: decode.bytes / tokens,
    stallMs,
    computeMs,
    pageInRate,
    loopRate: { ...rates, mixed },
    shareOfLoop: pageInRate / mixed,
    overFloor: tokenMs / Math.max(computeMs, (neededBytes / mixed) * 1000),
    overlap,
    readsInFlight,
    prefetch,
  };
}

/** What came after the first token. */
function decodeOf(first: GenerateStats, last: GenerateStats) {
  const since = (field: 'hits' | 'misses' | 'bytes' | 'ramBytes' | 'stallMs' | 'readMs'): number =>
    last.paging[field] - first.paging[field];
  const ms = (stats: GenerateStats): number =>
    stats.decodeTokens === 0 ? 0 : (1000 * stats.decodeTokens) / stats.decodeTokensPerSecond;
  return {
    ms: ms(last) - ms(first),
    hits: since('hits'),
    misses: since('misses'),
    bytes: since('bytes'),
    storageBytes: since('bytes') - since('ramBytes'),
    stallMs: since('stallMs'),
    readMs: since('readMs'),
  };
}

/** Experts that decode was the first to pick, `[layer][token][k]` with the prompt's token first: their records were hashed. */
function newExperts(routing: number[][][]): number {
  return routing.reduce((sum, [prompt = [], ...decoded]) => {
    const experts = new Set(decoded.flat());
    for (const expert of prompt) experts.delete(expert);
    return sum + experts.size;
  }, 0);
}
