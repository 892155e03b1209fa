import type { ImportReport } from '../../src/protocol/library';

/** What became of the weights, a line a tensor and one over all. */
export function reportTable({ tensors, relativeError, bitsPerWeight }: ImportReport): string {
  const figures = (bits: number, error: number) => [bits.toFixed(2), error === 0 ? 'none' : error.toFixed(5)];
  const rows = [
    ['tensor', 'source', 'format', 'bits', 'relative error'],
    ...tensors.map(({ tensor, source, formats, ...t }) => [
      tensor,
      source.join(' '),
      formats.join(' '),
      ...figures(t.bitsPerWeight, t.relativeError),
    ]),
    ['all', '', '', ...figures(bitsPerWeight, relativeError)],
  ];
  return alignedRows(rows);
}

/** A line a row, its columns as wide as their widest cell. */
export function alignedRows(rows: readonly (readonly string[])[]): string {
  const widths = rows.reduce<number[]>((most, row) => row.map((cell, i) => Math.max(cell.length, most[i] ?? 0)), []);
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, i) => cell.padEnd(widths[i] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}
