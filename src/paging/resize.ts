import { layersOver } from './budget';
import type { PolicyShape } from './policy';
import type { ArenaPlan } from './slots';

/** An arena with what lies in it: `keys[slot]` is a resident's key, or -1. */
export interface HeldArena extends ArenaPlan {
  keys: readonly number[];
}

export interface Move {
  key: number;
  /** Index of an arena of before, and a slot in it. */
  from: number;
  fromSlot: number;
  slot: number;
}

/** What has to be done next; `from` is the index of an arena of before, `arena` that of one that is wanted. */
export type ResizeStep =
  /** The old buffer becomes the new one as it is. */
  | { do: 'keep'; from: number; arena: number }
  /** Answered with the slots that were granted: `slots`, or fewer but at least `least`, or 0. */
  | { do: 'create'; arena: number; slots: number; least: number }
  /** Copies from old buffers into a new one. */
  | { do: 'move'; arena: number; moves: Move[] }
  | { do: 'free'; from: number };

export interface ResizedArena extends HeldArena {
  /** Index of the wanted arena whose buffer it is. */
  arena: number;
}

export interface Resized {
  /** None when not even top_k slots were granted. */
  arenas: ResizedArena[];
  /** Keys that were resident, are not any more and would have a slot: the ones most worth having first. */
  lost: number[];
}

/**
 * The steps from one set of arenas to another, with as many residents kept as fit. At no step are there more slots than before or after,
 * whichever is more: an old arena becomes a new one of its size; others are created where there is room beside the old ones and filled from
 * them; where there is none, the old arena whose residents are worth least is given up. So a change within the same layers costs one
 * arena's residents, or none. When the GPU refuses slots, what it granted is the pool, over which the layers are then spread anew.
 *
 * `leaving`: all residents, the first to go first. From nothing (`held` is empty) the steps are those of an allocation.
 */
export function* resize(
  shape: PolicyShape,
  held: readonly HeldArena[],
  wanted: readonly ArenaPlan[],
  leaving: readonly number[],
): Generator<ResizeStep, Resized, number> {
  const serves = (part: ArenaPlan | undefined, key: number): boolean => {
    const layer = Math.floor(key / shape.nExperts) - (part?.firstLayer ?? 0);
    return part !== undefined && layer >= 0 && layer < part.layers;
  };
  const worth = new Map(leaving.map((key, i) => [key, i + 1]));
  const worthOf = (key: number) => worth.get(key) ?? 0;
  const worthiest = (keys: readonly number[], count: number) =>
    [...keys].sort((a, b) => worthOf(b) - worthOf(a)).slice(0, count);
  const slotsIn = (arena: number) => wanted[arena]?.slots ?? 0;

  const old = new Map(held.entries());
  const made = new Map<number, number[]>();
  const open = new Set(wanted.keys());
  let used = slotsOf(held);
  let room = Math.max(used, slotsOf(wanted));
  let refused = false;

  /** Moves what an arena takes, of what does not lie in it, from the old ones to its free slots. */
  function* fill(arena: number, keys: number[], takes: ReadonlySet<number>): Generator<ResizeStep, void, number> {
    const moves = [...takes].flatMap((key): Move[] => {
      const found = [...old].find(([, other]) => other.keys.includes(key));
      if (!found) return [];
      const slot = keys.indexOf(-1);
      keys[slot] = key;
      return [{ key, from: found[0], fromSlot: found[1].keys.indexOf(key), slot }];
    });
    if (moves.length > 0) yield { do: 'move', arena, moves };
    open.delete(arena);
    made.set(arena, keys);
  }

  while (open.size > 0) {
    // What is still in old arenas, and which of the open ones takes it.
    const present = [...old.values()].flatMap(({ keys }) => keys.filter((key) => key >= 0));
    const takers = new Map(
      [...open].map((a) => {
        const served = present.filter((key) => serves(wanted[a], key));
        return [a, new Set(worthiest(served, slotsIn(a)))];
      }),
    );
    const takenFrom = (i: number, a: number) => (old.get(i)?.keys ?? []).filter((key) => takers.get(a)?.has(key));
    const onlyFor = (i: number, a: number) => [...open].every((b) => b === a || takenFrom(i, b).length === 0);

    const kept = bestOf(
      [...old].flatMap(([from, { slots }]) =>
        [...open].filter((a) => slots === slotsIn(a) && onlyFor(from, a)).map((arena) => ({ from, arena })),
      ),
      ({ from, arena }) =>
        takenFrom(from, arena).length + (held[from]?.firstLayer === wanted[arena]?.firstLayer ? 0.5 : 0),
    );
    if (kept) {
      const { from, arena } = kept;
      const takes = takers.get(arena) ?? new Set();
      const keys = (old.get(from)?.keys ?? []).map((key) => (takes.has(key) ? key : -1));
      yield { do: 'keep', ...kept };
      old.delete(from);
      yield* fill(arena, keys, takes);
      continue;
    }

    const alone = old.size === 0;
    const fitting = [...open].filter((a) => alone || used + slotsIn(a) <= room);
    const loss = (i: number) => sum([...open].flatMap((a) => takenFrom(i, a).map(worthOf)));
    const idle = [...old.keys()].find((i) => loss(i) === 0);
    const leave = idle ?? (fitting.length === 0 ? bestOf([...old.keys()], (i) => -loss(i)) : undefined);
    if (leave !== undefined) {
      yield { do: 'free', from: leave };
      used -= old.get(leave)?.slots ?? 0;
      old.delete(leave);
      continue;
    }

    // First the one that lets most go for what it needs; among equals, the one that saves most.
    const gain = (a: number) => slotsOf([...old].filter(([i]) => onlyFor(i, a)).map(([, part]) => part)) - slotsIn(a);
    const saved = (a: number) => (takers.get(a)?.size ?? 0) / (leaving.length + 1);
    const arena = bestOf(fitting, (a) => gain(a) + saved(a)) as number;
    const slots = slotsIn(arena);
    const granted = yield { do: 'create', arena, slots, least: alone ? shape.topK : slots };
    if (granted < slots) refused = true;
    if (granted > 0) {
      used += granted;
      yield* fill(arena, Array<number>(granted).fill(-1), takers.get(arena) ?? new Set());
    } else if (alone) {
      break;
    } else {
      // Beside the old arenas there is less room than the budget says.
      room = used + slots - 1;
    }
  }
  for (const from of old.keys()) yield { do: 'free', from };

  const inOrder = [...made].sort(([a], [b]) => a - b);
  const spread =
    refused &&
    layersOver(
      shape.nLayers,
      inOrder.map(([, keys]) => keys.length),
    );
  const arenas = inOrder.map(([arena, keys], i): ResizedArena => {
    const { firstLayer = 0, layers = 0 } = (spread ? spread[i] : wanted[arena]) ?? {};
    const part = { firstLayer, layers, slots: keys.length };
    return { ...part, arena, keys: keys.map((key) => (serves(part, key) ? key : -1)) };
  });
  const lost = arenas.flatMap((part) => {
    const gone = leaving.filter((key) => serves(part, key) && !part.keys.includes(key));
    return worthiest(gone, part.keys.filter((key) => key < 0).length);
  });
  return { arenas, lost: worthiest(lost, lost.length) };
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

const slotsOf = (arenas: readonly ArenaPlan[]): number => sum(arenas.map(({ slots }) => slots));

/** The first of those for which `value` is most. */
const bestOf = <T>(of: readonly T[], value: (one: T) => number): T | undefined =>
  of.reduce<T | undefined>((a, b) => (a === undefined || value(b) > value(a) ? b : a), undefined);
