import type { TraceModel, TraceStep } from '../protocol/trace';

/** What the routers did with a number of tokens: whole counts from which every measure follows. */
export interface RoutingCounts {
  tokens: number;
  /** Tokens that another of the same run follows. */
  pairs: number;
  layers: LayerCounts[];
}

/** The counts of one layer, by expert where they are lists. */
export interface LayerCounts {
  /** Tokens whose first choice it is. */
  first: number[];
  /** Tokens that pick it, as whichever choice. */
  picks: number[];
  /** Sum of the weights that these tokens give it; a token's weights sum to 1. */
  weights: number[];
  /** `[expert][expert]` tokens that pick both; of an expert with itself, those that pick it. */
  together: number[][];
  /** Pairs whose first choices are the same, and pairs that have any expert in common. */
  repeatedFirst: number;
  repeatedAny: number;
}

export type RoutedShape = Pick<TraceModel, 'nLayers' | 'nExperts'>;

/** Counts one run: tokens that stand one behind the other. What is repeated from one run to the next is no repetition. */
export function countRun(shape: RoutedShape, steps: readonly TraceStep[]): RoutingCounts {
  const tokens = steps.flatMap((step) => step.tokens);
  const layers = Array.from({ length: shape.nLayers }, (_, l) => {
    const counts = emptyLayer(shape.nExperts);
    let before: readonly number[] | null = null;
    for (const { picks, scores } of tokens) {
      const chosen = picks[l] ?? [];
      addToken(counts, chosen, scores[l] ?? []);
      if (before) addPair(counts, before, chosen);
      before = chosen;
    }
    return counts;
  });
  return { tokens: tokens.length, pairs: Math.max(0, tokens.length - 1), layers };
}

/** Counts of several runs together. */
export function sumCounts(shape: RoutedShape, all: readonly RoutingCounts[]): RoutingCounts {
  const sum = (of: (counts: RoutingCounts) => number) => all.reduce((total, counts) => total + of(counts), 0);
  const layers = Array.from({ length: shape.nLayers }, (_, l) =>
    all.reduce((total, { layers }) => addLayers(total, layers[l] ?? total), emptyLayer(shape.nExperts)),
  );
  return { tokens: sum(({ tokens }) => tokens), pairs: sum(({ pairs }) => pairs), layers };
}

function emptyLayer(nExperts: number): LayerCounts {
  const zeros = () => new Array<number>(nExperts).fill(0);
  return {
    first: zeros(),
    picks: zeros(),
    weights: zeros(),
    together: Array.from({ length: nExperts }, zeros),
    repeatedFirst: 0,
    repeatedAny: 0,
  };
}

function addToken(counts: LayerCounts, chosen: readonly number[], scores: ArrayLike<number>): void {
  const weight = (expert: number) => scores[expert] ?? 0;
  const all = chosen.reduce((sum, expert) => sum + weight(expert), 0);
  if (chosen[0] !== undefined) increase(counts.first, chosen[0]);
  for (const expert of chosen) {
    increase(counts.picks, expert);
    increase(counts.weights, expert, all > 0 ? weight(expert) / all : 0);
    for (const other of chosen) increase(counts.together[expert] ?? [], other);
  }
}

function addPair(counts: LayerCounts, before: readonly number[], after: readonly number[]): void {
  if (after.length > 0 && before[0] === after[0]) counts.repeatedFirst++;
  if (after.some((expert) => before.includes(expert))) counts.repeatedAny++;
}

function increase(list: number[], index: number, by = 1): void {
  list[index] = (list[index] ?? 0) + by;
}

function addLayers(a: LayerCounts, b: LayerCounts): LayerCounts {
  const added = (x: number[], y: number[]) => x.map((value, n) => value + (y[n] ?? 0));
  return {
    first: added(a.first, b.first),
    picks: added(a.picks, b.picks),
    weights: added(a.weights, b.weights),
    together: a.together.map((row, n) => added(row, b.together[n] ?? [])),
    repeatedFirst: a.repeatedFirst + b.repeatedFirst,
    repeatedAny: a.repeatedAny + b.repeatedAny,
  };
}
