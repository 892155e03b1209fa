import { computeSeconds, expectHitRate, TYPICAL_SPEEDS } from '../../paging/rules-of-thumb';
import type { BudgetInfo, ModelInfo } from '../../protocol/engine';
import { type Measured, measuredKey, measuredOptions } from './measured';

/** What to expect of a number of slots. */
export interface Outlook {
  hitRate: number;
  /** Null where nothing is known that it would follow from. */
  tokensPerSecond: number | null;
  /**
   * What the speed follows from: this machine's own, its own but for storage, from which nothing had to be read yet, or what many machines
   * do. Null where there is no speed.
   */
  from: 'measured' | 'measured-compute' | 'typical' | null;
}

/** The measurement of a loaded model, if it was loaded as it is now. */
export function measurementOf(all: Readonly<Record<string, Measured>>, info: ModelInfo): Measured | null {
  const measured = all[measuredKey(info)];
  return measured?.options === measuredOptions(info) ? measured : null;
}

/**
 * The simulator's hit rate, set right by the measured one, and the speed that follows: a token's compute and the waits for its misses. At
 * the slots that were measured it is what was measured. Of a program on the CPU nothing is assumed.
 */
export function outlookOf(info: ModelInfo, budget: BudgetInfo, slots: number, measured: Measured | null): Outlook {
  const hitRate = hitRateAt(info, slots, measured);
  const misses = (1 - hitRate) * info.layers * info.topK;
  const compute = measured?.computeSeconds ?? (info.softwareAdapter ? null : typicalCompute(info, budget));
  const miss = measured?.missSeconds ?? missOf(info, budget, measured);
  if (compute === null || (misses > 0 && miss === null)) return { hitRate, tokensPerSecond: null, from: null };
  const seconds = compute + (miss === null ? 0 : misses * miss);
  const isMeasured = measured !== null && (misses === 0 || measured.missSeconds !== null);
  return {
    hitRate,
    tokensPerSecond: seconds > 0 ? 1 / seconds : null,
    from: isMeasured ? 'measured' : measured ? 'measured-compute' : 'typical',
  };
}

function hitRateAt({ layers, experts, topK }: ModelInfo, slots: number, measured: Measured | null): number {
  const simulated = (count: number) => expectHitRate(count / (layers * experts), topK / experts);
  const there = measured && 1 - simulated(measured.slots);
  // Where nothing can miss, nothing is to be learned of misses.
  const factor = there ? (1 - measured.hitRate) / there : 1;
  return 1 - Math.min(1, (1 - simulated(slots)) * factor);
}

/** Seconds that a missing expert takes, by what storage was seen to deliver, or does on many machines. */
function missOf(info: ModelInfo, { slotBytes }: BudgetInfo, measured: Measured | null): number | null {
  const speed = measured?.storageBytesPerSecond ?? (info.softwareAdapter ? null : TYPICAL_SPEEDS.storageBytesPerSecond);
  return speed === null ? null : slotBytes / speed;
}

/** A token reads all that is no slot, and its picks. */
function typicalCompute({ layers, topK }: ModelInfo, { fixedBytes, slotBytes }: BudgetInfo): number {
  return computeSeconds(fixedBytes + layers * topK * slotBytes, TYPICAL_SPEEDS.gpuBytesPerSecond);
}
