import { throwIfAborted } from '../lib/abort';
import { forEachInFlight } from '../lib/in-flight';
import { type Manifest, packBytes, validateManifest } from '../pack/manifest';
import { MixtabError } from '../protocol/errors';
import { fetchRecord } from './fetch-record';
import type { ModelStore } from './model-store';
import type { PackSource } from './pack-source';
import { retryRefusedBlob } from './refused-blob';
import { storageFull } from './store-errors';

export interface InstallProgress {
  /** Verified bytes, with those that were in the store before. Never falls. */
  loadedBytes: number;
  totalBytes: number;
}

export interface InstallOptions {
  /** The manifest to install, where it is known already; otherwise the source is asked. */
  manifest?: Manifest | undefined;
  onProgress?: ((progress: InstallProgress) => void) | undefined;
  signal?: AbortSignal | undefined;
}

/** Enough to keep a link busy while one record is written; more would only fill memory. */
const IN_FLIGHT = 4;

/**
 * Brings a pack into the store: fetches what is missing, verifies, commits record by record, then puts the manifest and drops the
 * records of older revisions. After any failure what was committed stays, and the next call goes on from there.
 * Rejects with `aborted`, `record-broken`, `network-failed`, `model-not-found`, `manifest-invalid`, `storage-failed`, or `storage-full`
 * whose data hold `neededBytes` (still to be stored) and `committedBytes`.
 */
export async function installPack(
  source: PackSource,
  store: ModelStore,
  options: InstallOptions = {},
): Promise<Manifest> {
  const { onProgress, signal } = options;
  throwIfAborted(signal);
  const manifest = options.manifest ?? validateManifest(await source.manifest(signal));
  const totalBytes = packBytes(manifest);
  const missing = await store.missing(manifest);
  let committedBytes = totalBytes - missing.reduce((sum, record) => sum + record.bytes, 0);
  let loadedBytes = committedBytes;
  onProgress?.({ loadedBytes, totalBytes });

  try {
    await forEachInFlight(missing, IN_FLIGHT, signal, async (record, stop) => {
      let counted = 0;
      const onBytes = (bytes: number): void => {
        if (bytes <= counted) return; // fetched a second time
        loadedBytes += bytes - counted;
        counted = bytes;
        onProgress?.({ loadedBytes, totalBytes });
      };
      await retryRefusedBlob(async () =>
        store.put(record, await fetchRecord(source, manifest, record, { signal: stop, onBytes })),
      );
      committedBytes += record.bytes;
    });
    await store.putManifest(manifest);
  } catch (error) {
    throw error instanceof MixtabError && error.code === 'storage-full'
      ? storageFull(totalBytes - committedBytes, committedBytes, error)
      : error;
  }
  await store.putNextManifest(null);
  await store.prune(manifest);
  return manifest;
}
