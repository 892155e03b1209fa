import { useId } from 'react';
import { TableRoom } from './table-room';

export interface HeatTableProps {
  caption: string;
  /** Above the row headings: what they and the columns are. */
  corner: string;
  columns: readonly string[];
  rows: readonly { label: string; values: readonly (number | null)[] }[];
  format(value: number): string;
  /** The value of the strongest colour. */
  max: number;
}

/** Figures as a table whose cells take colour by them: a heat map that can also be read out. */
export function HeatTable({ caption, corner, columns, rows, format, max }: HeatTableProps) {
  const id = useId();
  return (
    <TableRoom labelledBy={id}>
      <table className="heat">
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
          {rows.map(({ label, values }) => (
            <tr key={label}>
              <th scope="row">{label}</th>
              {values.map((value, n) => (
                <td key={columns[n]} style={{ '--heat': heatOf(value, max) }}>
                  {value === null ? '–' : format(value)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </TableRoom>
  );
}

const heatOf = (value: number | null, max: number): number =>
  value === null || max <= 0 ? 0 : Math.round(Math.min(1, value / max) * 100) / 100;
