import { sha256Hex } from '../lib/sha256';
import type { RecordEntry } from '../pack/manifest';
import { recordBroken } from './store-errors';

/** Bytes of a record's piece: all are `pieceBytes` long but the last. */
export function pieceLength(record: RecordEntry, pieceBytes: number, piece: number): number {
  return Math.min(pieceBytes, record.bytes - piece * pieceBytes);
}

/** Compares a piece with the manifest's hash. Rejects with `record-broken`; `where` says who delivered the bytes. */
export async function verifyPiece(
  record: RecordEntry,
  piece: number,
  bytes: Uint8Array<ArrayBuffer>,
  where: string,
): Promise<void> {
  const expected = `sha256 ${record.sha256[piece]}`;
  const got = `sha256 ${await sha256Hex(bytes)}`;
  if (got !== expected) throw recordBroken(record.name, where, { expected, got, piece });
}
