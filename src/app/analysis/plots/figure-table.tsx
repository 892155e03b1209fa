import { TableFrame, type TableFrameProps } from './table-frame';

export interface FigureTableProps extends Pick<TableFrameProps, 'caption' | 'corner' | 'columns'> {
  rows: readonly { label: string; cells: readonly string[] }[];
}

/** Plain figures beneath a plot, folded away: what it shows, for reading, hearing and copying. */
export function FigureTable({ summary, ...table }: FigureTableProps & { summary: string }) {
  return (
    <details className="figure-table">
      <summary>{summary}</summary>
      <Figures {...table} />
    </details>
  );
}

export function Figures({ caption, corner, columns, rows }: FigureTableProps) {
  return (
    <TableFrame {...{ caption, corner, columns }}>
      {rows.map(({ label, cells }) => (
        <tr key={label}>
          <th scope="row">{label}</th>
          {cells.map((cell, n) => (
            <td key={columns[n]}>{cell}</td>
          ))}
        </tr>
      ))}
    </TableFrame>
  );
}
