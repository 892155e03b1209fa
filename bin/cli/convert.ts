import { join } from 'node:path';
import { type Converted, convertCheckpoint } from '../../src/checkpoint/convert';
import { recordPath } from '../../src/pack/manifest';
import { openCheckpoint } from './open-checkpoint';
import { append, preparePackFolder } from './pack-folder';

export interface ConvertCliOptions {
  format: 'q4' | 'q8';
  /** Name shown to people. Default: the folder's or the file's. */
  name?: string | undefined;
}

/**
 * Converts a Hugging Face folder or a GGUF file into a pack folder. The manifest is written last, so a run that was cut off never leaves
 * what looks like a whole pack. `log` gets what passes. Throws MixtabError: `checkpoint-invalid`, `config-unsupported`, `request-invalid`, `storage-full`, `storage-failed`.
 */
export async function convert(
  source: string,
  out: string,
  options: ConvertCliOptions,
  log: (line: string) => void = () => {},
): Promise<Converted> {
  const checkpoint = await openCheckpoint(source);
  await preparePackFolder(out);
  const converted = await convertCheckpoint(
    checkpoint,
    { piece: (name, bytes) => append(join(out, recordPath(name)), bytes) },
    {
      format: options.format,
      name: options.name,
      onProgress: ({ record, doneBytes, totalBytes }) =>
        log(`${record}  ${Math.floor((100 * doneBytes) / totalBytes)}%`),
    },
  );
  await append(join(out, 'manifest.json'), `${JSON.stringify(converted.manifest)}\n`);
  return converted;
}
