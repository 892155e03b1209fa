import { join } from 'node:path';
import { type Manifest, type RecordEntry, recordPath } from '../../src/pack/manifest';
import { pieceLength, verifyPiece } from '../../src/store/pieces';
import { type Breakage, isBroken, recordBroken } from '../../src/store/store-errors';
import { fileSource } from './node-source';

/** Reads every record of a pack folder, piece by piece; returns what is wrong, a line for each broken record. */
export async function verifyPack(folder: string, manifest: Manifest): Promise<string[]> {
  const faults: string[] = [];
  for (const record of manifest.records) {
    try {
      for await (const _ of verifiedFile(folder, record, manifest.pieceBytes));
    } catch (error) {
      if (!isBroken(error)) throw error;
      faults.push(`${recordPath(record.name)}: ${fault(error.data as unknown as Breakage, manifest.pieceBytes)}`);
    }
  }
  return faults;
}

/** A record of a pack folder in pieces, each compared with its hash. Throws `record-broken`. */
export async function* verifiedFile(
  folder: string,
  record: RecordEntry,
  pieceBytes: number,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const file = await fileSource(join(folder, recordPath(record.name)));
  const broken = (got: string) => recordBroken(record.name, folder, { expected: `${record.bytes} bytes`, got });
  if (file === null) throw broken('no file');
  if (file.size !== record.bytes) throw broken(`${file.size}`);
  for (const index of record.sha256.keys()) {
    const piece = await file.read(index * pieceBytes, pieceLength(record, pieceBytes, index));
    await verifyPiece(record, index, piece, folder);
    yield piece;
  }
}

function fault({ expected, got, piece }: Breakage, pieceBytes: number): string {
  const short = (text: string) => text.slice(0, 'sha256 '.length + 12);
  if (piece === undefined) return `expected ${expected}, got ${got}`;
  return `bytes ${piece * pieceBytes} and on: expected ${short(expected)}, got ${short(got)}`;
}
