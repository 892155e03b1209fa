import { blobSource } from '../lib/byte-source';
import type { Version } from './http-version';
import type { SourceFile } from './opened-source';

/** A file that is short enough for memory. */
export function memoryFile(name: string, { tag }: Version, bytes: Uint8Array<ArrayBuffer>): SourceFile {
  return { ...blobSource(new Blob([bytes]), name), tag };
}
