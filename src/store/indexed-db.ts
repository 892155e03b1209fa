import { createStore, delMany, get, keys, promisifyRequest, type UseStore } from 'idb-keyval';
import type { KeyValue } from './key-value';
import { storageError } from './store-errors';

const TABLE = 'records';

/**
 * One IndexedDB database as a table. A connection that was closed under us (by another tab's upgrade or delete, by the browser when
 * the user clears site data) is opened anew once; idb-keyval caches its connection and would fail for ever.
 */
export function indexedDbKeyValue(database: string): KeyValue {
  let connect = createStore(database, TABLE);
  let connection: IDBDatabase | null = null;
  let closed = false;

  const onTable: UseStore = (mode, use) =>
    connect(mode, (table) => {
      const db = table.transaction.db;
      connection = db;
      // Otherwise a delete from another tab would wait for ever.
      db.onversionchange = () => db.close();
      return use(table);
    });

  const inTable: UseStore = async (mode, use) => {
    if (closed) throw new DOMException(`${database} was closed`, 'InvalidStateError');
    const used = connect;
    try {
      return await onTable(mode, use);
    } catch (error) {
      if (closed || !isLostConnection(error)) throw error;
      if (connect === used) connect = createStore(database, TABLE);
      return onTable(mode, use);
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
    connection?.close();
  };

  return {
    get: (key) => typed(`reading ${key}`, get<unknown>(key, inTable)),
    set: (key, value) =>
      typed(
        `storing ${key}`,
        inTable('readwrite', (table) => committed(table, table.put(value, key))),
      ),
    delete: (names) => typed(`deleting ${names.length} records`, delMany(names, inTable)),
    keys: async () => (await typed('listing records', keys(inTable))).filter((key) => typeof key === 'string'),
    close,
    destroy: async () => {
      close();
      await typed('deleting the database', promisifyRequest(indexedDB.deleteDatabase(database)));
    },
  };
}

/**
 * Resolves when the transaction is on its way to disk. idb-keyval's `set` rejects at the request's `error` event, when the
 * transaction's own error is still null; the quota error is named only at `abort`, and may come as late as the commit.
 */
function committed(table: IDBObjectStore, request: IDBRequest): Promise<void> {
  const transaction = table.transaction;
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? request.error);
  });
}

function isLostConnection(error: unknown): boolean {
  return error instanceof DOMException && (error.name === 'InvalidStateError' || error.name === 'AbortError');
}
