import type { PolicyName } from '../protocol/paging';
import type { Trace } from '../protocol/trace';
import { belady } from './belady';
import { makePolicy } from './policies';
import { computeSeconds } from './rules-of-thumb';
import { type Simulation, simulate } from './simulator';
import type { ArenaPlan } from './slots';

export interface ComparedSpeeds {
  storageBytesPerSecond: number;
  gpuBytesPerSecond: number;
}

export interface Compared {
  slots: number;
  policies: { policy: PolicyName; simulation: Simulation; hitRate: number; tokensPerSecond: number }[];
  /** Share of decode's picks that no eviction could better. */
  beladyHitRate: number;
}

/** Policies on one trace with this many slots, all layers sharing them; what decode would have been like. */
export function compare(
  trace: Trace,
  slots: number,
  policies: readonly PolicyName[],
  speeds: ComparedSpeeds,
): Compared {
  const { model } = trace;
  const arenas = oneArena(model.nLayers, slots);
  const { storageBytesPerSecond, gpuBytesPerSecond } = speeds;
  const { expertBytes, tokenBytes } = model;
  const timing = { expertBytes, storageBytesPerSecond, computeSeconds: computeSeconds(tokenBytes, gpuBytesPerSecond) };
  return {
    slots,
    policies: policies.map((policy) => {
      const simulation = simulate(trace, { arenas, policy: makePolicy(policy, model), speeds: timing });
      const { decode, tokens, seconds } = simulation;
      return { policy, simulation, hitRate: hitRate(decode), tokensPerSecond: seconds > 0 ? tokens / seconds : 0 };
    }),
    beladyHitRate: hitRate(belady(trace, arenas).decode),
  };
}

export const oneArena = (nLayers: number, slots: number): ArenaPlan[] => [{ firstLayer: 0, layers: nLayers, slots }];

/** Share of hits, 0..1; of nothing 0. */
export const hitRate = ({ hits, misses }: { hits: number; misses: number }): number =>
  hits + misses > 0 ? hits / (hits + misses) : 0;
