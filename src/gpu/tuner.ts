import { createStore, get, set } from 'idb-keyval';
import { Commands } from './commands';
import type { Gpu } from './device';
import type { Dispatch } from './kernel';
import { kernelVariants, type Variant } from './kernels';

/** A variant must beat the default by this factor: near ties would make the pick, and so the logits' last bits, a matter of noise. */
const MARGIN = 1.5;
const DEFAULT_VARIANT = 'lanes32';

/** Smallest subgroup for which sharing a row among its lanes is worth measuring. */
const LEAST_SUBGROUP = 16;

/** Measured runs of a variant, after one that warms up; the fastest counts. */
const ROUNDS = 3;

/** A variant whose first run takes this many times the best so far is not measured further: on a CPU some take a hundred times as long. */
const HOPELESS = 3;

/** Dispatches in a measured run, so that the submit is a small part of it. */
const REPEATS = 8;

/**
 * Picks the matvec variant that is fastest on this adapter: measured once on the dispatch that `dispatchFor` binds, then remembered in
 * IndexedDB by adapter, browser version and shape. Where there is no store, it is measured each time.
 */
export async function tuneMatvec(
  gpu: Gpu,
  shape: string,
  dispatchFor: (variant: Variant) => Promise<Dispatch>,
): Promise<Variant> {
  const variants = kernelVariants(gpu).filter((v) => v.name !== 'subgroup' || v.lanes >= LEAST_SUBGROUP);
  const key = `matvec|${gpu.adapterName}|${navigator.userAgent}|${shape}`;
  const known = await remembered(key);
  const match = variants.find((v) => v.name === known);
  if (match) return match;
  const timed: { variant: Variant; ms: number }[] = [];
  for (const variant of variants) {
    const best = Math.min(...timed.map(({ ms }) => ms));
    timed.push({ variant, ms: await measure(gpu, await dispatchFor(variant), best * HOPELESS) });
  }
  const fallback = timed.find(({ variant }) => variant.name === DEFAULT_VARIANT) ?? timed[0];
  const fastest = timed.reduce((a, b) => (b.ms < a.ms ? b : a));
  const chosen = fallback && fastest.ms * MARGIN > fallback.ms ? fallback : fastest;
  await remember(key, chosen.variant.name);
  return chosen.variant;
}

/** Milliseconds of one dispatch. */
async function measure(gpu: Gpu, dispatch: Dispatch, hopelessMs: number): Promise<number> {
  const warmUp = await time(gpu, dispatch, 1);
  if (warmUp > hopelessMs) return warmUp;
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) best = Math.min(best, await time(gpu, dispatch, REPEATS));
  return best;
}

async function time(gpu: Gpu, dispatch: Dispatch, repeats: number): Promise<number> {
  const startedAt = performance.now();
  const commands = new Commands(gpu, 'tune');
  for (let i = 0; i < repeats; i++) commands.run(dispatch);
  commands.submit();
  await gpu.device.queue.onSubmittedWorkDone();
  return (performance.now() - startedAt) / repeats;
}

const store = () => createStore('mixtab/tuning', 'variants');

async function remembered(key: string): Promise<unknown> {
  try {
    return await get(key, store());
  } catch {
    return undefined;
  }
}

async function remember(key: string, name: string): Promise<void> {
  try {
    await set(key, name, store());
  } catch {
    // Without a store the next start measures again.
  }
}
