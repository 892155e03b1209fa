import { bytesPerToken } from '../pack/footprint';
import type { PackLayout } from '../pack/layout';

/**
 * Hit rates of LRU on Mixtral 8x7B by the share of experts that are resident: simulated from the repetition that the paper measured
 * (arXiv 2401.04088, Table 5: the next token repeats a pick 45 to 67% of the time), middle of the range. Below two slots a layer the
 * layers of one token push each other out.
 */
const HIT_RATES = [
  { share: 0.25, rate: 0.32 },
  { share: 0.5, rate: 0.59 },
  { share: 0.75, rate: 0.82 },
  { share: 1, rate: 1 },
] as const;

/** Share of its memory's bandwidth that a matvec reaches. */
const GPU_SHARE = 0.7;

export interface Speeds {
  /** Bytes a second that storage delivers to the GPU. */
  storageBytesPerSecond: number;
  /** The GPU's own memory. */
  gpuBytesPerSecond: number;
}

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

/** LRU's hit rate with this share of the experts resident, of which a token picks `picked`. */
export function expectHitRate(share: number, picked: number): number {
  if (share < picked) return 0;
  // The table is for 2 of 8; other shapes are stretched so that their least and their most meet its ends.
  const first = HIT_RATES[0];
  const at = picked === 1 ? 1 : first.share + ((share - picked) / (1 - picked)) * (1 - first.share);
  const next = HIT_RATES.findIndex((point) => point.share >= Math.min(1, at));
  const [a, b] = [HIT_RATES[Math.max(0, next - 1)] ?? first, HIT_RATES[Math.max(0, next)] ?? first];
  return a === b ? a.rate : a.rate + ((Math.min(1, at) - a.share) / (b.share - a.share)) * (b.rate - a.rate);
}
