import { packBytes } from '../../src/pack/manifest';
import type { ConvertCommand } from './args';
import { convert } from './convert';
import { reportTable } from './report-table';
import { StatusLine } from './status-line';

/** `mixtab convert`: progress on stderr, what became of the weights as a table on stdout. */
export async function convertCommand({ source, out, format }: ConvertCommand): Promise<void> {
  const status = new StatusLine(process.stderr);
  try {
    const { manifest, report } = await convert(source, out, { format }, status.log);
    status.clear();
    const size = (packBytes(manifest) / 1e6).toFixed(1);
    process.stdout.write(`${out}: ${manifest.records.length} records, ${size} MB\n${reportTable(report)}`);
  } finally {
    status.clear();
  }
}
