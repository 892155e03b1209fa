import type { Trace, TraceStep } from '../protocol/trace';
import type { ArenaPlan } from './slots';

export interface BeladyCounts {
  prefill: { hits: number; misses: number };
  decode: { hits: number; misses: number };
}

/**
 * The fewest misses that any eviction could have (Belady's MIN, 1966): knowing the whole trace, what is used again last leaves. The picks of a
 * token in a layer are needed together; of a prefill's experts any may be kept or let pass.
 */
export function belady(trace: Trace, arenas: readonly ArenaPlan[]): BeladyCounts {
  const { nExperts } = trace.model;
  const uses = arenas.map((arena) => usesOf(trace, arena));
  const next = nextUses(uses.flat(), trace);
  const counts: BeladyCounts = { prefill: { hits: 0, misses: 0 }, decode: { hits: 0, misses: 0 } };
  for (const [a, { slots }] of arenas.entries()) {
    /** Key -> when it is used next. */
    const held = new Map<number, number>();
    for (const { time, phase, layer, experts } of uses[a] ?? []) {
      const keys = experts.map((expert) => layer * nExperts + expert);
      for (const key of keys) {
        if (held.has(key)) counts[phase].hits++;
        else counts[phase].misses++;
        held.set(key, next.get(time)?.get(key) ?? Number.POSITIVE_INFINITY);
      }
      const needed = new Set(phase === 'decode' ? keys : []);
      while (held.size > slots) held.delete(farthest(held, needed));
    }
  }
  return counts;
}

interface Use {
  /** Steps and layers in order. */
  time: number;
  phase: TraceStep['phase'];
  layer: number;
  experts: number[];
}

/** What is needed together, in order, by the layers of an arena. */
function usesOf({ model, steps }: Trace, { firstLayer, layers }: ArenaPlan): Use[] {
  return steps.flatMap(({ phase, tokens }, s) =>
    Array.from({ length: layers }, (_, i) => {
      const layer = firstLayer + i;
      const experts = [...new Set(tokens.flatMap(({ picks }) => picks[layer] ?? []))];
      return { time: s * model.nLayers + layer, phase, layer, experts };
    }),
  );
}

/** By time and key: when a key that is used then is used again. */
function nextUses(uses: Use[], { model }: Trace): Map<number, Map<number, number>> {
  const after = new Map<number, number>();
  const next = new Map<number, Map<number, number>>();
  for (const { time, layer, experts } of uses.toSorted((a, b) => b.time - a.time)) {
    const of = new Map<number, number>();
    for (const expert of experts) {
      const key = layer * model.nExperts + expert;
      of.set(key, after.get(key) ?? Number.POSITIVE_INFINITY);
      after.set(key, time);
    }
    next.set(time, of);
  }
  return next;
}

function farthest(held: Map<number, number>, needed: ReadonlySet<number>): number {
  let found = -1;
  let last = Number.NEGATIVE_INFINITY;
  for (const [key, time] of held) {
    if (needed.has(key) || time <= last) continue;
    [found, last] = [key, time];
  }
  return found;
}
