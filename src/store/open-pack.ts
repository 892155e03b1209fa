import { sameJson } from '../lib/json';
import { type Manifest, validateManifest } from '../pack/manifest';
import type { RecordReader } from '../pack/record-reader';
import { type ErrorData, MixtabError, toErrorData } from '../protocol/errors';
import { type InstallProgress, installPack } from './install';
import { type ModelStore, memoryModelStore, openModelStore } from './model-store';
import { httpPackSource, type PackSource } from './pack-source';
import { recordReader } from './reader';

export interface OpenPackOptions {
  onProgress?: ((progress: InstallProgress) => void) | undefined;
  /** Something the user should know though it goes on: nothing can be kept, a record was broken, an update did not succeed. */
  onNotice?: ((notice: ErrorData) => void) | undefined;
  signal?: AbortSignal | undefined;
  /** `memory` keeps the records for this session only. Default: IndexedDB, and memory where the browser refuses it. */
  store?: 'indexeddb' | 'memory' | undefined;
  /** Default: the static host at `ref.url`. */
  source?: PackSource | undefined;
}

/** A pack on a static host, and the name of the database that it is kept in. */
export interface PackRef {
  id: string;
  /** Absolute URL of the folder, with a trailing slash. */
  url: string;
}

export interface OpenPack {
  manifest: Manifest;
  reader: RecordReader;
  /** Null when the records live in memory only. */
  store: ModelStore | null;
  /** The pack came from the store, without any network. */
  fromCache: boolean;
  /** Settles when the source has been asked for a newer manifest, or could not be; never rejects. */
  revalidated: Promise<void>;
  /** Ends what still runs in the background and closes the store; the reader is of no use afterwards. */
  close(): void;
}

/**
 * Makes a model's records readable. A pack that is stored whole starts without the network; the source is then asked in the background
 * for its manifest, and a newer one is kept and installed at the next start. Otherwise the pack is installed first.
 * Rejects as {@link installPack} does.
 */
export async function openPack(ref: PackRef, options: OpenPackOptions = {}): Promise<OpenPack> {
  const { onNotice } = options;
  const source = options.source ?? httpPackSource(ref.url);
  const persistent = options.store === 'memory' ? null : await openOrNotice(ref.id, onNotice);
  const store = persistent ?? memoryModelStore();
  const closing = new AbortController();
  const close = (): void => {
    closing.abort();
    store.close();
  };
  try {
    const { manifest, fromCache } = await start(source, store, options);
    return {
      manifest,
      reader: recordReader(manifest, store, source, {
        onBroken: (_, error) => onNotice?.(toErrorData(error)),
        signal: closing.signal,
      }),
      store: persistent,
      fromCache,
      revalidated: fromCache ? revalidate(source, store, manifest, closing.signal) : Promise.resolve(),
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

async function openOrNotice(id: string, onNotice: OpenPackOptions['onNotice']): Promise<ModelStore | null> {
  try {
    return await openModelStore(id);
  } catch (error) {
    onNotice?.(toErrorData(error));
    return null;
  }
}

async function start(
  source: PackSource,
  store: ModelStore,
  options: OpenPackOptions,
): Promise<{ manifest: Manifest; fromCache: boolean }> {
  const stored = await store.manifest();
  if (!stored || (await store.missing(stored)).length > 0) {
    return { manifest: await installPack(source, store, options), fromCache: false };
  }
  const next = await store.nextManifest();
  if (next) {
    try {
      return { manifest: await installPack(source, store, { ...options, manifest: next }), fromCache: false };
    } catch (error) {
      if (options.signal?.aborted) throw error;
      // The stored pack is whole and serves until the update succeeds. Being offline is no news.
      if (!(error instanceof MixtabError && error.code === 'network-failed')) options.onNotice?.(toErrorData(error));
    }
  }
  return { manifest: stored, fromCache: true };
}

async function revalidate(
  source: PackSource,
  store: ModelStore,
  current: Manifest,
  signal: AbortSignal,
): Promise<void> {
  try {
    const latest = validateManifest(await source.manifest(signal));
    await store.putNextManifest(sameJson(latest, current) ? null : latest);
  } catch {
    // Offline, or the host is in trouble: the stored pack is whole, and the next start asks again.
  }
}
