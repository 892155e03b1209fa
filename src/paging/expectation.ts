import { bytesPerToken, footprint } from '../pack/footprint';
import type { PackLayout } from '../pack/layout';
import { HIT_RATES } from './hit-rates';

/** Share of its memory's bandwidth that a matvec reaches. */
const GPU_SHARE = 0.7;

/** A machine's, as measured or assumed. */
export interface Speeds {
  /** Bytes a second that storage delivers to the GPU. */
  storageBytesPerSecond: number;
  /** The GPU's own memory. */
  gpuBytesPerSecond: number;
}

/** How fast a model would be within a budget. */
export interface Expectation {
  /** Share of the picks that are resident, 0..1. */
  hitRate: number;
  /** Brought from storage for a token, on average. */
  pagedBytesPerToken: number;
  decodeTokensPerSecond: number;
}

/** Seconds that a GPU takes for a token that reads so many bytes of its memory. */
export const computeSeconds = (bytes: number, gpuBytesPerSecond: number): number =>
  bytes / (GPU_SHARE * gpuBytesPerSecond);

/**
 * What to expect of decoding with this many slots: hit rate as above, paging and computing one after the other. An estimate: the text
 * decides how often a pick repeats, and below full residency storage decides nearly all of the speed.
 */
export function expectDecode(pack: PackLayout, slots: number, position: number, speeds: Speeds): Expectation {
  const { config: c, experts } = pack;
  const hitRate = expectHitRate(slots / (c.nLayers * c.nExperts), c.topK / c.nExperts);
  const picked = experts.reduce((sum, { bytes }) => sum + c.topK * bytes, 0);
  const pagedBytesPerToken = (1 - hitRate) * picked;
  const seconds =
    pagedBytesPerToken / speeds.storageBytesPerSecond +
    computeSeconds(bytesPerToken(pack, position), speeds.gpuBytesPerSecond);
  return { hitRate, pagedBytesPerToken, decodeTokensPerSecond: 1 / seconds };
}

/** What Chromium reads from IndexedDB to the GPU, about, and a laptop's GPU: for those who do not say. */
export const TYPICAL_SPEEDS: Speeds = { storageBytesPerSecond: 1e9, gpuBytesPerSecond: 400e9 };

/** What is expected, and of what it follows. */
export interface BudgetReport extends Speeds, Expectation {
  budgetBytes: number;
  /** 0 when the budget is below the least; then nothing is expected. */
  slots: number;
}

/** What to expect of decoding in the middle of the context, as the cache is read too, with a budget of GPU memory. */
export function expectAtBudget(pack: PackLayout, budgetBytes: number, speeds: Speeds): BudgetReport {
  const { nLayers, nExperts, topK } = pack.config;
  const needs = footprint(pack);
  const fixed = needs.leastBytes - topK * needs.slotBytes;
  const room = Math.min(nLayers * nExperts, Math.floor((budgetBytes - fixed) / needs.slotBytes));
  const slots = room < topK ? 0 : room;
  const { storageBytesPerSecond, gpuBytesPerSecond } = speeds;
  const expectation = expectDecode(pack, slots, Math.floor(needs.contextLength / 2), speeds);
  return { budgetBytes, slots, storageBytesPerSecond, gpuBytesPerSecond, ...expectation };
}

/** Share of its experts that a token of the model of {@link HIT_RATES} picks: 2 of 8. */
const PICKED = 0.25;

/** The default policy's hit rate with this share of the experts resident, of which a token picks `picked`. */
export function expectHitRate(share: number, picked: number): number {
  // The table is for 2 of 8; other shapes are stretched so that none, one token's picks and all meet its own.
  const below = (Math.min(share, picked) / picked) * PICKED;
  const above = picked < 1 ? (Math.max(0, share - picked) / (1 - picked)) * (1 - PICKED) : 1 - PICKED;
  const at = share < picked ? below : Math.min(1, below + above);
  const next = Math.max(
    1,
    HIT_RATES.findIndex((point) => point.share >= at),
  );
  const [a, b] = [HIT_RATES[next - 1] ?? HIT_RATES[0], HIT_RATES[next] ?? HIT_RATES[0]];
  return a.rate + ((at - a.share) / (b.share - a.share)) * (b.rate - a.rate);
}
