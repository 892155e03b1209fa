import { MixtabError } from '../protocol/errors';
import { importName, openImportChannel } from './channel';

/** Web Locks are given back however their holder ends: who holds one lives. */

/** Held by whoever imports a model, or works on all of its records. One at a time, over all tabs. */
export interface ModelLock {
  release(): void;
}

/** Takes a model's lock, or null where somebody holds it. */
export async function tryModelLock(id: string): Promise<ModelLock | null> {
  const main = await hold(importName(id), { ifAvailable: true });
  if (main === null) return null;
  const alive = await hold(aliveName(id), {});
  return {
    release: () => {
      main.release();
      alive?.release();
    },
  };
}

/**
 * Takes a model's lock; rejects with `import-busy` where somebody works on it. That of a tab that has just been closed or loaded anew may
 * still be held for a moment: a holder that lives answers.
 */
export async function takeModelLock(id: string): Promise<ModelLock> {
  for (;;) {
    const lock = await tryModelLock(id);
    if (lock) return lock;
    if (!(await isGone(id))) throw importBusy(id);
  }
}

/** Time for a holder to answer, or to be gone. */
const ANSWER_MS = 2000;

async function isGone(id: string): Promise<boolean> {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), ANSWER_MS);
  const channel = openImportChannel(id, ({ type }) => type === 'progress' && deadline.abort());
  channel.post({ type: 'ask' });
  await whenReleased(id, deadline.signal);
  clearTimeout(timer);
  channel.close();
  return !deadline.signal.aborted;
}

/** Waits for a model's lock until its holder, who was asked to stop, gives it back. Rejects with `import-busy` after some seconds. */
export async function modelLock(id: string, limitMs = 15_000): Promise<ModelLock> {
  const deadline = AbortSignal.timeout(limitMs);
  for (;;) {
    const lock = await tryModelLock(id);
    if (lock) return lock;
    await whenReleased(id, deadline);
    if (deadline.aborted) throw importBusy(id);
  }
}

/** The models whose lock is held, in any tab. */
export async function lockedModels(): Promise<Set<string>> {
  const prefix = importName('');
  const { held = [] } = await navigator.locks.query();
  return new Set(held.flatMap(({ name }) => (name?.startsWith(prefix) ? [name.slice(prefix.length)] : [])));
}

/** Resolves when nobody holds the model's lock any more, however its holder ended, or when the signal fires. Never rejects. */
export async function whenReleased(id: string, signal?: AbortSignal): Promise<void> {
  // Not the lock itself: those who wait for it in passing would keep others from taking it.
  const options: LockOptions = { mode: 'shared', ...(signal && { signal }) };
  await navigator.locks.request(aliveName(id), options, () => {}).catch(() => {});
}

/** Keeps the names of new models apart. */
export const withIds = <T>(work: () => Promise<T>): Promise<T> =>
  navigator.locks.request('mixtab/ids', work) as Promise<T>;

/** Held by every convert worker of a model while it lives, so that a new importer can wait for the last of an old one that was ended. */
export async function holdLane(id: string): Promise<void> {
  await hold(laneName(id), { mode: 'shared' });
}

/** Resolves when no convert worker of the model lives. */
export const lanesGone = (id: string): Promise<void> =>
  navigator.locks.request(laneName(id), () => {}) as Promise<void>;

export function importBusy(id: string): MixtabError {
  return new MixtabError(
    'import-busy',
    `import of ${id}: expected that nobody else works on this model, got another tab or task that does`,
    'Wait until it has ended, or pause it; its progress shows in the list of models.',
    { id },
  );
}

const aliveName = (id: string): string => `mixtab/alive/${id}`;
const laneName = (id: string): string => `mixtab/lanes/${id}`;

/** Resolves once the lock is held, to its release; to null where `ifAvailable` and it is not. */
function hold(name: string, options: LockOptions): Promise<ModelLock | null> {
  return new Promise((resolve, reject) => {
    const held = (lock: Lock | null): Promise<void> | undefined => {
      if (lock === null) {
        resolve(null);
        return undefined;
      }
      return new Promise<void>((release) => resolve({ release }));
    };
    navigator.locks.request(name, options, held).catch(reject);
  });
}
