/** What the model store needs of a database: one table of values by text keys. Every method rejects with `storage-*` errors. */
export interface KeyValue {
  get(key: string): Promise<unknown>;
  getMany(keys: string[]): Promise<unknown[]>;
  /** Resolves when the value is committed; each call is its own transaction. */
  set(key: string, value: unknown): Promise<void>;
  /** As `set`, with all of it in one transaction: after it all is changed, or nothing. */
  change(puts: Record<string, unknown>, deletes: string[]): Promise<void>;
  delete(keys: string[]): Promise<void>;
  keys(): Promise<string[]>;
  /** Removes the whole database, and closes. */
  destroy(): Promise<void>;
  /** Nothing may be asked of it afterwards. */
  close(): void;
}

/** A table that lives as long as the worker: for browsers that keep nothing, and for a pack that shall leave no trace. */
export function memoryKeyValue(): KeyValue {
  const values = new Map<string, unknown>();
  return {
    get: async (key) => values.get(key),
    getMany: async (keys) => keys.map((key) => values.get(key)),
    set: async (key, value) => void values.set(key, value),
    change: async (puts, deletes) => {
      for (const key of deletes) values.delete(key);
      for (const [key, value] of Object.entries(puts)) values.set(key, value);
    },
    delete: async (keys) => {
      for (const key of keys) values.delete(key);
    },
    keys: async () => [...values.keys()],
    destroy: async () => values.clear(),
    close: () => values.clear(),
  };
}
