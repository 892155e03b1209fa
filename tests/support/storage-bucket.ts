import { onTestFinished } from 'vitest';

/** Chromium's Storage Buckets, which TypeScript does not know yet. */
interface StorageBucketManager {
  open(name: string, options: { quota: number }): Promise<{ indexedDB: IDBFactory }>;
  delete(name: string): Promise<void>;
}

/**
 * An IndexedDB with a real quota of its own, until the test ends. (The origin's quota can be lowered through the DevTools protocol, but
 * Chromium looks at it again only after half a minute.)
 */
export async function limitedIndexedDb(quotaBytes: number): Promise<IDBFactory> {
  const { storageBuckets } = navigator as Navigator & { storageBuckets: StorageBucketManager };
  const name = `test-${crypto.randomUUID()}`;
  const bucket = await storageBuckets.open(name, { quota: quotaBytes });
  onTestFinished(() => storageBuckets.delete(name));
  return bucket.indexedDB;
}
