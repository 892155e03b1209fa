import { join } from 'node:path';
import type { ByteSource } from '../../src/lib/byte-source';
import { sha256Hex } from '../../src/lib/sha256';
import { type Manifest, type RecordEntry, recordPath } from '../../src/pack/manifest';
import { fileSource } from './node-source';

/** Reads every record of a pack folder, piece by piece; returns what is wrong, a line for each broken record. */
export async function verifyPack(folder: string, manifest: Manifest): Promise<string[]> {
  const faults: string[] = [];
  for (const record of manifest.records) {
    const source = await fileSource(join(folder, recordPath(record.name)));
    const fault = source === null ? 'missing' : await recordFault(source, record, manifest.pieceBytes);
    if (fault !== null) faults.push(`${recordPath(record.name)}: ${fault}`);
  }
  return faults;
}

async function recordFault(source: ByteSource, record: RecordEntry, pieceBytes: number): Promise<string | null> {
  if (source.size !== record.bytes) return `expected ${record.bytes} bytes, got ${source.size}`;
  for (const [index, expected] of record.sha256.entries()) {
    const at = index * pieceBytes;
    const hash = await sha256Hex(await source.read(at, Math.min(pieceBytes, record.bytes - at)));
    if (hash !== expected)
      return `bytes ${at} and on: expected sha256 ${expected.slice(0, 12)}, got ${hash.slice(0, 12)}`;
  }
  return null;
}
