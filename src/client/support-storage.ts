import { type ErrorData, MixtabError, toErrorData } from '../protocol/errors';
import { indexedDbKeyValue } from '../store/indexed-db';

/** What is wrong with what models are kept in, and by which tabs agree; an engine runs all the same. Never rejects. */
export async function checkStorage(): Promise<ErrorData[]> {
  const [database, locks] = await Promise.all([tryDatabase().catch(toErrorData), tryLock().catch(toErrorData)]);
  return [database, locks].filter((notice) => notice !== null);
}

/** Writes, reads and removes a database: one that opens may still refuse to be written. */
async function tryDatabase(): Promise<null> {
  const table = indexedDbKeyValue(globalThis.indexedDB, 'mixtab-check');
  try {
    await table.set('there', true);
  } finally {
    await table.destroy();
  }
  return null;
}

async function tryLock(): Promise<null> {
  if (navigator.locks === undefined) throw noLocks('none');
  const refused = (error: unknown): never => {
    throw noLocks(toErrorData(error).message);
  };
  return navigator.locks.request(`mixtab-check-${crypto.randomUUID()}`, () => null).catch(refused);
}

function noLocks(got: string): MixtabError {
  return new MixtabError(
    'storage-failed',
    `Web Locks: expected them, got ${got}`,
    'Models can be used, but not imported: show the page by HTTPS and outside a sandboxed frame.',
  );
}
