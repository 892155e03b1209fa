import { onTestFinished } from 'vitest';
import { buckets, openBucket } from './bucket';

/** The name of a storage bucket that is deleted when the test ends. */
export function temporaryBucket(): string {
  const name = `test-${crypto.randomUUID()}`;
  onTestFinished(() => buckets().delete(name));
  return name;
}

/**
 * An IndexedDB with a real quota of its own, until the test ends. (The origin's quota can be lowered through the DevTools protocol, but
 * Chromium looks at it again only after half a minute.)
 */
export async function limitedIndexedDb(quotaBytes: number): Promise<IDBFactory> {
  return (await openBucket(temporaryBucket(), quotaBytes)).indexedDB;
}

/** The same of a file system. */
export async function limitedFolder(quotaBytes: number): Promise<FileSystemDirectoryHandle> {
  return (await openBucket(temporaryBucket(), quotaBytes)).getDirectory();
}
