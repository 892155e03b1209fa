import { createStore, get, set } from 'idb-keyval';
import { Commands } from './commands';
import type { Gpu } from './device';
import type { Dispatch } from './kernel';
import { type MatvecVariant, matvecVariants } from './kernels';

/** A variant must beat the default by this factor: near ties would make the pick, and so the logits' last bits, a matter of noise. */
const MARGIN = 1.5;
const DEFAULT_VARIANT = 'lanes32';

/** Smallest subgroup for which sharing a row among its lanes is worth measuring. */
const LEAST_SUBGROUP = 16;

/** Measured runs of a variant, after one that warms up; the fastest counts. */
const ROUNDS = 3;

/** Dispatches in a measured run, so that the submit is a small part of it. */
const REPEATS = 8;

/**
 * Picks the matvec variant that is fastest on this adapter: measured once on the dispatch that `dispatchFor` binds, then remembered in
 * IndexedDB by adapter, browser version and shape. Where there is no store, it is measured each time.
 */
export async function tuneMatvec(
  gpu: Gpu,
  shape: string,
  dispatchFor: (variant: MatvecVariant) => Promise<Dispatch>,
): Promise<MatvecVariant> {
  const variants = matvecVariants(gpu).filter((v) => v.name !== 'subgroup' || v.lanes >= LEAST_SUBGROUP);
  const key = `matvec|${gpu.adapterName}|${navigator.userAgent}|${shape}`;
  const known = await remembered(key);
  const match = variants.find((v) => v.name === known);
  if (match) return match;
  const timed: { variant: MatvecVariant; ms: number }[] = [];
  for (const variant of variants) timed.push({ variant, ms: await measure(gpu, await dispatchFor(variant)) });
  const fallback = timed.find(({ variant }) => variant.name === DEFAULT_VARIANT) ?? timed[0];
  const fastest = timed.reduce((a, b) => (b.ms < a.ms ? b : a));
  const chosen = fallback && fastest.ms * MARGIN > fallback.ms ? fallback : fastest;
  await remember(key, chosen.variant.name);
  return chosen.variant;
}

async function measure(gpu: Gpu, dispatch: Dispatch): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round <= ROUNDS; round++) {
    const start = performance.now();
    const commands = new Commands(gpu, 'tune');
    for (let i = 0; i < REPEATS; i++) commands.run(dispatch);
    commands.submit();
    await gpu.device.queue.onSubmittedWorkDone();
    if (round > 0) best = Math.min(best, performance.now() - start);
  }
  return best;
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
