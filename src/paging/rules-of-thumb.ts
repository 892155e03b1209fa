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

/** What Chromium reads from IndexedDB to the GPU, about, and a laptop's GPU: for those who do not say. */
export const TYPICAL_SPEEDS: Speeds = { storageBytesPerSecond: 1e9, gpuBytesPerSecond: 400e9 };

/** Seconds that a GPU takes for a token that reads so many bytes of its memory. */
export const computeSeconds = (bytes: number, gpuBytesPerSecond: number): number =>
  bytes / (GPU_SHARE * gpuBytesPerSecond);

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
