import { throwIfAborted } from '../lib/abort';
import { forEachInFlight } from '../lib/in-flight';
import { type Manifest, packBytes, type RecordEntry } from '../pack/manifest';
import { bufferPool } from './buffer-pool';
import type { ModelStore } from './model-store';
import { isBroken } from './store-errors';
import { type TaskOptions, taskMeter } from './task-meter';
import { verifiedPieces } from './verified-pieces';

/** While one piece is hashed another is read. */
const IN_FLIGHT = 2;

/**
 * Reads every record of a pack and compares every piece with its hash; memory holds a few pieces. Resolves to those that are missing or wrong,
 * in the pack's order. Rejects with `aborted` or `storage-failed`.
 */
export async function verifyRecords(
  store: ModelStore,
  manifest: Manifest,
  { onProgress, signal }: TaskOptions = {},
): Promise<RecordEntry[]> {
  throwIfAborted(signal);
  const report = taskMeter(packBytes(manifest), onProgress);
  const pool = bufferPool(manifest.pieceBytes, IN_FLIGHT);
  const broken = new Set<RecordEntry>();
  await forEachInFlight(manifest.records, IN_FLIGHT, signal, async (record, stop) => {
    let readBytes = 0;
    try {
      const blob = await store.get(record);
      for await (const piece of verifiedPieces(record, blob, manifest.pieceBytes, pool, { signal: stop })) {
        readBytes += piece.byteLength;
        report(piece.byteLength);
      }
    } catch (error) {
      if (!isBroken(error)) throw error;
      broken.add(record);
      report(record.bytes - readBytes);
    }
  });
  return manifest.records.filter((record) => broken.has(record));
}
