import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { openGgufCheckpoint } from '../../src/checkpoint/gguf-checkpoint';
import { layoutOf, packLayout, recordNames } from '../../src/pack/layout';

/** By record: where its weights lie in the file. */
export type Ranges = Map<string, { from: number; to: number }[]>;

/** The bytes of a GGUF file of which each record of a pack is made, as reading it shows. */
export async function rangesOf(path: string): Promise<Ranges> {
  const file = new Uint8Array(await readFile(path));
  let read: { from: number; to: number }[] = [];
  const source = {
    name: basename(path),
    size: file.length,
    async read(from: number, length: number) {
      read.push({ from, to: from + length });
      return file.slice(from, from + length);
    },
  };
  const checkpoint = await openGgufCheckpoint({ name: '', open: async () => source }, source.name);
  const pack = packLayout(checkpoint.config, checkpoint.formats('q4'));
  const ranges: Ranges = new Map();
  for (const record of recordNames(pack.config)) {
    read = [];
    for (const { tensor } of layoutOf(pack, record).parts) {
      for (const chunk of checkpoint.chunks(record, tensor)) await chunk.read();
    }
    ranges.set(record, read);
  }
  return ranges;
}
