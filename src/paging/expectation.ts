import { bytesPerToken, footprint } from '../pack/footprint';
import type { PackLayout } from '../pack/layout';
import { computeSeconds, expectHitRate, type Speeds } from './rules-of-thumb';

/** How fast a model would be within a budget. */
export interface Expectation {
  /** Share of the picks that are resident, 0..1. */
  hitRate: number;
  /** Brought from storage for a token, on average. */
  pagedBytesPerToken: number;
  decodeTokensPerSecond: number;
}

/**
 * What to expect of decoding with this many slots: hit rate as {@link expectHitRate} has it, paging and computing one after the other. An estimate: the text
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
