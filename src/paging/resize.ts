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
  /** The buffer stays as it is. */
  | { do: 'keep'; from: number; arena: number }
  /** Answered with the slots that were granted: `slots`, or fewer but at least `least`, or 0. */
  | { do: 'create'; arena: number; slots: number; least: number }
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
 * whichever is more: an arena is created where there is room for it beside the others and filled from them; where there is none, the arena
 * whose residents are worth least is given up first. So a change within the same layers costs one arena's residents, or none where there is
 * room. When the GPU refuses slots, what it granted is the pool, over which the layers are then spread anew.
 *
 * `leaving`: all residents, the first to go first. From nothing (`held` is empty) the steps are those of an allocation.
 */
export function* resize(
  shape: PolicyShape,
  held: readonly HeldArena[],
  wanted: readonly ArenaPlan[],
  leaving: readonly number[],
): Generator<ResizeStep, Resized, number> {
  const layerOf = (key: number) => Math.floor(key / shape.nExperts);
  const worth = new Map(leaving.map((key, i) => [key, i + 1]));
  const worthOf = (key: number) => worth.get(key) ?? 0;
  const best = (keys: readonly number[], slots: number) =>
    [...keys].sort((a, b) => worthOf(b) - worthOf(a)).slice(0, slots);

  const old = new Map(held.map((arena, i) => [i, arena]));
  const made = new Map<number, { slots: number; keys: number[] }>();
  const open = new Set(wanted.keys());
  /** The residents that arena `a` would take of those still in old arenas. */
  const takes = (a: number, slots = wanted[a]?.slots ?? 0) => {
    const keys = [...old.values()].flatMap((arena) =>
      arena.keys.filter((key) => key >= 0 && serves(wanted[a], layerOf(key))),
    );
    return best(keys, slots);
  };

  for (const [i, arena] of held.entries()) {
    const same = wanted.findIndex(
      (w) => w.firstLayer === arena.firstLayer && w.layers === arena.layers && w.slots === arena.slots,
    );
    if (same < 0) continue;
    yield { do: 'keep', from: i, arena: same };
    made.set(same, { slots: arena.slots, keys: [...arena.keys] });
    old.delete(i);
    open.delete(same);
  }

  let used = slotsOf(held);
  let room = Math.max(used, slotsOf(wanted));
  let refused = false;
  while (open.size > 0) {
    // What still has to move, and where from: old arenas that hold none of it are in the way.
    const takers = new Map([...open].map((a) => [a, new Set(takes(a))]));
    const survivors = (i: number) =>
      [...takers].filter(([, keys]) => old.get(i)?.keys.some((key) => keys.has(key))).map(([a]) => a);
    const loss = (i: number) =>
      sum([...takers.values()].flatMap((keys) => (old.get(i)?.keys ?? []).filter((key) => keys.has(key)).map(worthOf)));
    const alone = old.size === 0;
    const fitting = [...open].filter((a) => alone || used + (wanted[a]?.slots ?? 0) <= room);
    const idle = [...old.keys()].filter((i) => loss(i) === 0);
    const leave = idle[0] ?? (fitting.length === 0 ? least([...old.keys()], loss) : undefined);
    if (leave !== undefined) {
      yield { do: 'free', from: leave };
      used -= old.get(leave)?.slots ?? 0;
      old.delete(leave);
      continue;
    }
    // First the one that lets most go for what it takes.
    const cost = (a: number) =>
      (wanted[a]?.slots ?? 0) -
      sum([...old].filter(([i]) => survivors(i).every((taker) => taker === a)).map(([, arena]) => arena.slots));
    const arena = least(fitting, cost) as number;
    const slots = wanted[arena]?.slots ?? 0;
    const granted = yield { do: 'create', arena, slots, least: alone ? shape.topK : slots };
    if (granted < slots) refused = true;
    if (granted === 0) {
      // Beside the old arenas there is less room than the budget says; without any, none.
      if (alone) break;
      room = used + slots - 1;
      continue;
    }
    used += granted;
    open.delete(arena);
    const moves = takes(arena, granted).map((key, slot): Move => {
      const [from, source] = [...old].find(([, { keys }]) => keys.includes(key)) as [number, HeldArena];
      return { key, from, fromSlot: source.keys.indexOf(key), slot };
    });
    if (moves.length > 0) yield { do: 'move', arena, moves };
    const keys = Array<number>(granted).fill(-1);
    for (const { key, slot } of moves) keys[slot] = key;
    made.set(arena, { slots: granted, keys });
  }
  for (const from of old.keys()) yield { do: 'free', from };

  const granted = [...made].sort(([a], [b]) => a - b);
  const layers = refused
    ? layersOver(
        shape.nLayers,
        granted.map(([, { slots }]) => slots),
      )
    : wanted;
  const arenas = granted.map(([arena, { slots, keys }], i): ResizedArena => {
    const { firstLayer = 0, layers: count = 0 } = layers[refused ? i : arena] ?? {};
    const part = { firstLayer, layers: count, slots };
    return { ...part, arena, keys: keys.map((key) => (serves(part, layerOf(key)) ? key : -1)) };
  });
  const lost = arenas.flatMap((part) => {
    const gone = leaving.filter((key) => serves(part, layerOf(key)) && !part.keys.includes(key));
    return best(gone, part.keys.filter((key) => key < 0).length);
  });
  return { arenas, lost: best(lost, lost.length) };
}

const serves = (arena: ArenaPlan | undefined, layer: number): boolean =>
  arena !== undefined && layer >= arena.firstLayer && layer < arena.firstLayer + arena.layers;

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

const slotsOf = (arenas: readonly ArenaPlan[]): number => sum(arenas.map(({ slots }) => slots));

/** The first of those for which `cost` is least. */
const least = (of: readonly number[], cost: (i: number) => number): number | undefined =>
  of.reduce<number | undefined>((a, b) => (a === undefined || cost(b) < cost(a) ? b : a), undefined);
