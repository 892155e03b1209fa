import { blobSource } from '../lib/byte-source';
import type { SourceFile } from './opened-source';
import type { RemoteFile } from './remote-file';

/** A file that is short enough for memory. */
export function memoryFile({ name, version }: RemoteFile, bytes: Uint8Array<ArrayBuffer>): SourceFile {
  return { ...blobSource(new Blob([bytes]), name), tag: version.tag };
}
