import { request } from './http';
import { Dropped, labelOf } from './http-errors';
import { checkWhole, type RemoteFile } from './remote-file';
import { retrying } from './retry';
import { sourceChanged } from './source-errors';
import { type SpoolFiles, typed } from './spool-files';

/**
 * Streams a file from start to end into segments. After a broken connection, and where an earlier writer has left off, it begins at 0
 * again, as the host does nothing else, but what is kept is passed over. Memory: one chunk of the stream.
 */
export async function writeSpool(
  remote: RemoteFile,
  files: SpoolFiles,
  segmentBytes: number,
  onSegment: () => void,
): Promise<void> {
  const { http, address, name } = remote;
  const { size } = remote.version;
  const endOf = (index: number): number => Math.min(size, (index + 1) * segmentBytes);
  let index = 0;
  while (index * segmentBytes < size && (await files.read(index, endOf(index) - index * segmentBytes))) index++;
  // All before is on disk or in the writer.
  let kept = Math.min(size, index * segmentBytes);
  let writer: FileSystemWritableFileStream | null = null;

  const keep = async (bytes: Uint8Array<ArrayBuffer>): Promise<void> => {
    for (let rest = bytes; rest.length > 0; ) {
      writer ??= await files.write(index);
      const into = writer;
      const taken = rest.subarray(0, endOf(index) - kept);
      await typed(() => into.write(taken));
      rest = rest.subarray(taken.length);
      kept += taken.length;
      if (kept < endOf(index)) continue;
      writer = null;
      await typed(() => into.close());
      index++;
      onSegment();
    }
  };

  const stream = async (progress: (bytes: number) => void): Promise<void> => {
    if (kept === size) return;
    const answer = await request(http, address, {});
    answer.leaveGate();
    try {
      checkWhole(remote, answer);
      let at = 0;
      for await (const chunk of answer.chunks()) {
        const fresh = chunk.subarray(Math.max(0, kept - at));
        at += chunk.length;
        if (at > size) throw sourceChanged(name, `${size} bytes`, 'more');
        await keep(fresh);
        progress(fresh.length);
      }
      if (at < size) throw new Dropped(`the end after ${at} of ${size} bytes`);
    } finally {
      answer.end();
    }
  };

  try {
    await retrying(http, labelOf(address), undefined, stream);
  } finally {
    // What a segment has so far goes: it would be taken for whole otherwise.
    await (writer as FileSystemWritableFileStream | null)?.abort().catch(() => {});
  }
}
