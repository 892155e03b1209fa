import type { Support } from '../../client';
import { formatBytes, formatPercent, formatRate } from '../../ui/format';
import type { Words } from '../i18n/language';
import { freeBytes } from './words';

/** Which model is for this device, and why. */
export interface Advice {
  model: 'mixtral' | 'embedded';
  /** With what to expect of it. */
  headline: string;
  reasons: string[];
  /** What the speed follows from; null where there is none. */
  speed: string | null;
}

export interface About {
  /** Name of the model that comes with the page. */
  embedded: string;
  /** Of Mixtral 8x7B, all layers together. */
  experts: number;
}

/** From what the browser says of this device for Mixtral 8x7B at Q4_0; nothing of it is fetched yet. */
export function adviceOf(words: Words['models']['advice'], support: Support, { embedded, experts }: About): Advice {
  const { expected, needs, storage, adapter } = support;
  const small = { model: 'embedded', headline: words.embedded(embedded), speed: null } as const;
  if (support.softwareAdapter) return { ...small, reasons: [words.software(adapter ?? '')] };
  const [refusal] = support.reasons;
  if (refusal) return { ...small, reasons: [`${words.refused} ${refusal.message}. ${refusal.hint}`] };
  if (!expected || !needs) return { ...small, reasons: [] };

  const { packBytes } = needs;
  const free = storage && freeBytes(storage);
  const isShort = free !== null && free < packBytes;
  const headline = `${words.mixtral}: ${words.fits(speedOf(words, expected.decodeTokensPerSecond), formatBytes(expected.budgetBytes))}`;
  const memory = words.memory(formatBytes(expected.budgetBytes));
  const speed = words.paging(
    expected.slots,
    experts,
    formatPercent(expected.hitRate),
    formatBytes(expected.pagedBytesPerToken),
  );
  if (isShort) {
    const [needed, there, missing] = [packBytes, free, packBytes - free].map(formatBytes) as [string, string, string];
    return { model: 'mixtral', headline, reasons: [words.missing(needed, there, missing), memory], speed };
  }
  const needed = formatBytes(packBytes);
  const room = free === null ? words.roomUnknown(needed) : words.room(needed, formatBytes(free));
  return { model: 'mixtral', headline, reasons: [room, memory], speed };
}

/** Below one a second, the seconds of one say it better. */
export function speedOf(words: Words['models']['advice'], perSecond: number): string {
  if (perSecond >= 1) return words.perSecond(formatRate(perSecond));
  return words.everySeconds(formatRate(1 / perSecond));
}
