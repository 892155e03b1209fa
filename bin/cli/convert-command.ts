import { packBytes } from '../../src/pack/manifest';
import type { ConvertCommand } from './args';
import { convert } from './convert';
import { StatusLine } from './status-line';

/** `mixtab convert`: progress on stderr, what came out of it as a line on stdout. */
export async function convertCommand({ source, out, format }: ConvertCommand): Promise<void> {
  const status = new StatusLine(process.stderr);
  try {
    const { manifest, error } = await convert(source, out, { format }, status.log, status.note);
    status.clear();
    const size = (packBytes(manifest) / 1e6).toFixed(1);
    process.stdout.write(
      `${out}: ${manifest.records.length} records, ${size} MB, relative error of the weights ${error.all.toFixed(4)}\n`,
    );
  } finally {
    status.clear();
  }
}
