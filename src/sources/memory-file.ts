import { blobSource } from '../lib/byte-source';
import type { Version } from './http-version';
import type { SourceFile } from './opened-source';

/** Files of hosts without ranges are kept in memory up to this size: texts, indexes, small tensors. */
export const SMALL_BYTES = 32 * 1024 * 1024;

export function memoryFile(name: string, { tag }: Version, bytes: Uint8Array<ArrayBuffer>): SourceFile {
  return { ...blobSource(new Blob([bytes]), name), tag };
}
