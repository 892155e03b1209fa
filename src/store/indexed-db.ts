import { delMany, get, getMany, keys, promisifyRequest, type UseStore } from 'idb-keyval';
import type { KeyValue } from './key-value';
import { storageError } from './store-errors';

const TABLE = 'records';

/**
 * One IndexedDB database as a table, through idb-keyval. The connection is our own: that of idb-keyval's `createStore` fails for ever
 * once it was closed under us (by a delete in another tab, or when the user clears site data), and it blocks other tabs' deletes. Here a
 * lost connection is opened anew, once a call.
 */
export function indexedDbKeyValue(factory: IDBFactory, database: string): KeyValue {
  let connection: Promise<IDBDatabase> | null = null;
  let closed = false;

  const inTable: UseStore = async (mode, use) => {
    const attempt = async (open: Promise<IDBDatabase>) => use((await open).transaction(TABLE, mode).objectStore(TABLE));
    if (closed) throw new DOMException('the store was closed', 'InvalidStateError');
    connection ??= connect(factory, database);
    const used = connection;
    try {
      return await attempt(used);
    } catch (error) {
      if (closed || !isLostConnection(error)) throw error;
      if (connection === used) connection = connect(factory, database);
      return attempt(connection);
    }
  };

  const typed = async <T>(what: string, work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      throw storageError(`${what} in ${database}`, error);
    }
  };

  const close = (): void => {
    closed = true;
    connection?.then(
      (db) => db.close(),
      () => {}, // it never opened
    );
  };

  return {
    get: (key) => typed(`reading ${key}`, get<unknown>(key, inTable)),
    getMany: (names) => typed(`reading ${names.length} values`, getMany<unknown>(names, inTable)),
    set: (key, value) =>
      typed(
        `storing ${key}`,
        inTable('readwrite', (table) => committed(table.transaction, [table.put(value, key)])),
      ),
    change: (puts, deletes) =>
      typed(
        `storing ${Object.keys(puts).join(', ')}`,
        inTable('readwrite', (table) =>
          committed(table.transaction, [
            ...deletes.map((key) => table.delete(key)),
            ...Object.entries(puts).map(([key, value]) => putOrAbort(table, value, key)),
          ]),
        ),
      ),
    delete: (names) => typed(`deleting ${names.length} records`, delMany(names, inTable)),
    keys: async () => (await typed('listing records', keys(inTable))).filter((key) => typeof key === 'string'),
    close,
    destroy: async () => {
      close();
      await typed('deleting the database', promisifyRequest(factory.deleteDatabase(database)));
    },
  };
}

async function connect(factory: IDBFactory, database: string): Promise<IDBDatabase> {
  const request = factory.open(database);
  request.onupgradeneeded = () => request.result.createObjectStore(TABLE);
  const db = await promisifyRequest(request);
  db.onversionchange = () => db.close(); // another tab deletes it; it would wait for us for ever
  return db;
}

/**
 * Resolves when the transaction is committed. idb-keyval's `set` rejects at the request's `error` event, when the transaction's own error
 * is still null; the quota error is named only at `abort`, and may come as late as the commit.
 */
function committed(transaction: IDBTransaction, requests: IDBRequest[]): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? requests.find(isFailed)?.error);
  });
}

const isFailed = (request: IDBRequest): boolean => request.readyState === 'done' && request.error !== null;

/** A value that cannot be cloned throws at once; what was asked for before it in the same transaction must not be committed. */
function putOrAbort(table: IDBObjectStore, value: unknown, key: string): IDBRequest {
  try {
    return table.put(value, key);
  } catch (error) {
    table.transaction.abort();
    throw error;
  }
}

function isLostConnection(error: unknown): boolean {
  return error instanceof DOMException && (error.name === 'InvalidStateError' || error.name === 'AbortError');
}
