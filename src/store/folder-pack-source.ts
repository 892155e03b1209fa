import type { FileFolder } from '../lib/byte-source';
import { ReusedBuffers } from '../lib/reused-buffers';
import { type RecordEntry, recordPath } from '../pack/manifest';
import { MixtabError } from '../protocol/errors';
import type { PackSource } from './pack-source';

/** Bytes of a record asked for at once: the chunks that the reader of it hashes. */
const READ_BYTES = 4 * 1024 * 1024;

/** The files of a pack, wherever they lie. */
export function folderPackSource(folder: FileFolder): PackSource {
  const memory = new ReusedBuffers();
  const open = async (file: string) => {
    const source = await folder.open(file);
    if (source) return source;
    throw new MixtabError(
      'model-not-found',
      `${folder.name}: expected the file ${file}, got none`,
      'The pack is not whole: make or download it again.',
      { file },
    );
  };
  return {
    description: folder.name,
    async manifest(signal) {
      const source = await open('manifest.json');
      const text = new TextDecoder().decode(await source.read(0, source.size, signal));
      try {
        return JSON.parse(text);
      } catch (error) {
        throw new MixtabError(
          'manifest-invalid',
          `${source.name}: expected JSON, got ${JSON.stringify(text.slice(0, 40))}`,
          'The folder is not a Mixtab pack or is damaged: make it anew with `mixtab convert`.',
          {},
          error,
        );
      }
    },
    async *record(record: RecordEntry, signal) {
      const source = await open(recordPath(record.name));
      // What is longer than it should be is refused without reading it all.
      const bytes = Math.min(source.size, record.bytes + 1);
      for (let at = 0; at < bytes; at += READ_BYTES) {
        const chunk = await source.read(at, Math.min(READ_BYTES, bytes - at), signal, memory);
        yield chunk;
        memory.give(chunk);
      }
    },
  };
}
