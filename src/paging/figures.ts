import type { PagingCounts, PagingStats, PolicyName } from '../protocol/paging';
import type { PolicyShape } from './policy';

/** Running totals; a request's share is the difference of two readings, {@link pagingStats}. All in the units of {@link PagingStats}. */
export interface PagingTotals {
  layers: PagingCounts[];
  ramBytes: number;
  readMs: number;
  /** Reads under way, integrated over time: their mean is this over `readMs`. */
  readsMs: number;
  /** The most reads at a time since it was last set to 0. */
  mostReads: number;
  issued: number;
  used: number;
  wastedBytes: number;
  /** Picks of layers that were foreseen, and those of them that had been named. */
  foreseeable: number;
  foreseen: number;
  replaced: number;
  skipped: number;
  stoodIn: number;
}

const NOTHING: PagingCounts = { hits: 0, misses: 0, late: 0, bytes: 0, stallMs: 0 };

export function noPaging({ nLayers }: Pick<PolicyShape, 'nLayers'>): PagingTotals {
  return {
    layers: Array.from({ length: nLayers }, () => ({ ...NOTHING })),
    ramBytes: 0,
    readMs: 0,
    readsMs: 0,
    mostReads: 0,
    issued: 0,
    used: 0,
    wastedBytes: 0,
    foreseeable: 0,
    foreseen: 0,
    replaced: 0,
    skipped: 0,
    stoodIn: 0,
  };
}

/** What has come to `now` since `before`. */
export function pagingStats(
  now: PagingTotals,
  before: PagingTotals,
  policy: PolicyName,
  prefetching: boolean,
): PagingStats {
  const layers = now.layers.map((layer, l) => minus(layer, before.layers[l] ?? NOTHING));
  const since = minus(flat(now), flat(before));
  const all = layers.reduce(plus, NOTHING);
  return {
    ...all,
    policy,
    ramBytes: since.ramBytes,
    readMs: since.readMs,
    overlap: since.readMs > 0 ? Math.max(0, 1 - all.stallMs / since.readMs) : 0,
    readsInFlight: { most: now.mostReads, mean: since.readMs > 0 ? since.readsMs / since.readMs : 0 },
    prefetch: {
      on: prefetching,
      issued: since.issued,
      used: since.used,
      wastedBytes: since.wastedBytes,
      recall: since.foreseeable > 0 ? since.foreseen / since.foreseeable : null,
    },
    lossy: { replaced: since.replaced, skipped: since.skipped, stoodIn: since.stoodIn },
    layers,
  };
}

const flat = ({ layers: _, ...numbers }: PagingTotals): Omit<PagingTotals, 'layers'> => numbers;

function minus<K extends string>(a: Record<K, number>, b: Record<K, number>): Record<K, number> {
  return mapped(a, (key) => a[key] - b[key]);
}

const plus = (a: PagingCounts, b: PagingCounts): PagingCounts => mapped(a, (key) => a[key] + b[key]);

function mapped<K extends string>(like: Record<K, number>, value: (key: K) => number): Record<K, number> {
  const keys = Object.keys(like) as K[];
  return Object.fromEntries(keys.map((key) => [key, value(key)])) as Record<K, number>;
}
