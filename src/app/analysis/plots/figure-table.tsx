import { useId } from 'react';
import { TableRoom } from './table-room';

export interface FigureTableProps {
  caption: string;
  corner: string;
  columns: readonly string[];
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
  const id = useId();
  return (
    <TableRoom labelledBy={id}>
      <table>
        <caption id={id}>{caption}</caption>
        <thead>
          <tr>
            <th scope="col">{corner}</th>
            {columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ label, cells }) => (
            <tr key={label}>
              <th scope="row">{label}</th>
              {cells.map((cell, n) => (
                <td key={columns[n]}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </TableRoom>
  );
}
