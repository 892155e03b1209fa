/** Chromium's Storage Buckets, which TypeScript does not know yet. */
interface StorageBucketManager {
  open(name: string, options: { quota: number }): Promise<StorageBucket>;
  delete(name: string): Promise<void>;
}

interface StorageBucket {
  indexedDB: IDBFactory;
  getDirectory(): Promise<FileSystemDirectoryHandle>;
}

export const buckets = (): StorageBucketManager =>
  (navigator as Navigator & { storageBuckets: StorageBucketManager }).storageBuckets;

/** The bucket of this name, in any worker; who opens it first says its quota. */
export const openBucket = (name: string, quotaBytes = 1e9): Promise<StorageBucket> =>
  buckets().open(name, { quota: quotaBytes });
