import { throwIfAborted } from '../lib/abort';
import type { Manifest, RecordEntry } from '../pack/manifest';
import { MixtabError } from '../protocol/errors';
import type { PackSource } from './pack-source';
import { pieceLength, verifyPiece } from './pieces';
import { memoryDraft, type RecordDraft } from './record-draft';
import { recordBroken } from './store-errors';

export interface FetchRecordOptions {
  signal?: AbortSignal | undefined;
  /** Verified bytes so far. Starts over when the record is fetched a second time. */
  onBytes?: ((bytes: number) => void) | undefined;
  /** Where its bytes gather. Default: in memory. */
  draft?: RecordDraft | undefined;
}

/**
 * Downloads one record as a Blob, every piece of it verified; memory holds one piece at a time. A broken transfer is tried once more.
 * Rejects with `record-broken`, `network-failed` or `aborted`.
 */
export async function fetchRecord(
  source: PackSource,
  pack: Pick<Manifest, 'pieceBytes'>,
  record: RecordEntry,
  options: FetchRecordOptions = {},
): Promise<Blob> {
  try {
    return await download(source, pack, record, options);
  } catch (error) {
    const again = error instanceof MixtabError && (error.code === 'record-broken' || error.code === 'network-failed');
    if (!again) throw error;
    return download(source, pack, record, options);
  }
}

async function download(
  source: PackSource,
  { pieceBytes }: Pick<Manifest, 'pieceBytes'>,
  record: RecordEntry,
  { signal, onBytes, draft = memoryDraft() }: FetchRecordOptions,
): Promise<Blob> {
  const wrongLength = (got: string) =>
    recordBroken(record.name, source.description, { expected: `${record.bytes} bytes`, got });
  const buffer = new Uint8Array(Math.min(pieceBytes, record.bytes));
  await draft.begin();
  let pieces = 0;
  let arrivedBytes = 0;
  let filledBytes = 0;
  for await (let chunk of source.record(record, signal)) {
    throwIfAborted(signal);
    arrivedBytes += chunk.byteLength;
    if (arrivedBytes > record.bytes) throw wrongLength(`at least ${arrivedBytes}`);
    while (chunk.byteLength > 0) {
      const length = pieceLength(record, pieceBytes, pieces);
      const part = chunk.subarray(0, length - filledBytes);
      buffer.set(part, filledBytes);
      filledBytes += part.byteLength;
      chunk = chunk.subarray(part.byteLength);
      if (filledBytes < length) break;
      const piece = buffer.subarray(0, length);
      await verifyPiece(record, pieces, piece, source.description);
      draft.write(piece);
      pieces++;
      filledBytes = 0;
      onBytes?.(arrivedBytes - chunk.byteLength);
    }
  }
  if (arrivedBytes < record.bytes) throw wrongLength(`${arrivedBytes}`);
  return draft.end();
}
