import type { GenerateStats, ModelInfo } from '../../protocol/engine';

/** What decoding did on this machine, in one answer. */
export interface Measured {
  /** Slots that experts had, and how the model was loaded: with other options it is another measurement. */
  slots: number;
  options: string;
  /** Tokens that it is the mean of. */
  tokens: number;
  tokensPerSecond: number;
  /** Share of the picks that were resident, 0..1. */
  hitRate: number;
  /** Seconds of a token in which nothing waited for an expert. */
  computeSeconds: number;
  /** Waited for a missing expert, seconds; null where none was missing. */
  missSeconds: number | null;
  /** Waited for experts, milliseconds a token. */
  stallMs: number;
  /** What storage delivered while it was read, bytes a second; null where nothing was. */
  storageBytesPerSecond: number | null;
}

/** Fewer tokens say more of chance than of the machine. */
const FEWEST_TOKENS = 16;

/** More of them are of models and adapters that are gone. */
const MOST_KEPT = 24;

/** Under which a measurement is kept. */
export const measuredKey = ({ id, adapter }: Pick<ModelInfo, 'id' | 'adapter'>): string => `${id} on ${adapter}`;

/** Options that change what is measured; the length of the context hardly does. */
export const measuredOptions = ({ loaded }: ModelInfo): string => JSON.stringify(loaded);

/**
 * What decode alone did between two readings of one request's figures: the first has the prompt in it, which waits for other reasons.
 * Null for too few tokens.
 */
export function measureDecode(
  first: GenerateStats,
  last: GenerateStats,
  info: ModelInfo,
  slots: number,
): Measured | null {
  const tokens = last.decodeTokens - first.decodeTokens;
  const seconds = decodeSeconds(last) - decodeSeconds(first);
  if (tokens < FEWEST_TOKENS || !(seconds > 0)) return null;
  const stallSeconds = Math.max(0, last.paging.stallMs - first.paging.stallMs) / 1000;
  const hits = last.paging.hits - first.paging.hits;
  const misses = last.paging.misses - first.paging.misses;
  const { bytes, ramBytes, readMs } = last.paging;
  const stored = bytes - ramBytes;
  return {
    slots,
    options: measuredOptions(info),
    tokens,
    tokensPerSecond: tokens / seconds,
    hitRate: hits + misses > 0 ? hits / (hits + misses) : 1,
    computeSeconds: Math.max(0, seconds - stallSeconds) / tokens,
    missSeconds: misses > 0 ? stallSeconds / misses : null,
    stallMs: (stallSeconds * 1000) / tokens,
    storageBytesPerSecond: stored > 0 && readMs > 0 ? (stored / readMs) * 1000 : null,
  };
}

/** With a measurement added; the oldest go where there are too many. */
export function withMeasured(
  all: Readonly<Record<string, Measured>>,
  key: string,
  measured: Measured,
): Record<string, Measured> {
  const { [key]: _, ...others } = all;
  return Object.fromEntries([...Object.entries(others).slice(1 - MOST_KEPT), [key, measured]]);
}

/** Measurements from what storage holds; a broken one is as if there were none. */
export function parseMeasured(value: unknown): Record<string, Measured> {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(
    Object.entries(value)
      .filter((entry): entry is [string, Measured] => isMeasured(entry[1]))
      .slice(-MOST_KEPT),
  );
}

const FIELDS: Record<keyof Measured, (value: unknown) => boolean> = {
  slots: isPositive,
  options: (value) => typeof value === 'string',
  tokens: isPositive,
  tokensPerSecond: isPositive,
  hitRate: (value) => isPositiveOr0(value) && Number(value) <= 1,
  computeSeconds: isPositiveOr0,
  missSeconds: (value) => value === null || isPositiveOr0(value),
  stallMs: isPositiveOr0,
  storageBytesPerSecond: (value) => value === null || isPositive(value),
};

function isMeasured(value: unknown): value is Measured {
  if (typeof value !== 'object' || value === null) return false;
  const fields: Record<string, unknown> = { ...value };
  return Object.entries(FIELDS).every(([name, holds]) => holds(fields[name]));
}

function isPositiveOr0(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && Number.isFinite(value);
}

function isPositive(value: unknown): boolean {
  return isPositiveOr0(value) && value !== 0;
}

function decodeSeconds({ decodeTokens, decodeTokensPerSecond }: GenerateStats): number {
  return decodeTokensPerSecond > 0 ? decodeTokens / decodeTokensPerSecond : 0;
}
