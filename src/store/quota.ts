export interface StorageEstimateInfo {
  usageBytes: number;
  /** What the browser says it would grant. Not a promise: Chromium 156 always says 10 GiB more than is used. */
  quotaBytes: number;
  /** Whether the browser has promised not to clear it when disk space runs low. */
  persisted: boolean;
}

/**
 * What this origin stores. For showing only: let a download run and handle `storage-full`, rather than refuse it by these figures.
 * Null where the browser does not tell. Never rejects.
 */
export async function storageEstimate(): Promise<StorageEstimateInfo | null> {
  try {
    const [{ usage, quota }, persisted] = await Promise.all([
      navigator.storage.estimate(),
      navigator.storage.persisted(),
    ]);
    return usage === undefined || quota === undefined ? null : { usageBytes: usage, quotaBytes: quota, persisted };
  } catch {
    return null;
  }
}

/**
 * Asks the browser to keep the models when disk space runs low; true if it will. Only a page may ask, best on a user gesture; in a
 * worker it tells how things stand. Never rejects.
 */
export async function requestPersistence(): Promise<boolean> {
  try {
    const storage: StorageManager & { persist?: () => Promise<boolean> } = navigator.storage;
    return (await storage.persisted()) || ((await storage.persist?.()) ?? false);
  } catch {
    return false;
  }
}
