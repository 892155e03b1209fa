import { TableFrame, type TableFrameProps } from './table-frame';

export interface HeatTableProps extends Pick<TableFrameProps, 'caption' | 'corner' | 'columns'> {
  rows: readonly { label: string; values: readonly (number | null)[] }[];
  format(value: number): string;
  /** The value of the strongest colour. */
  max: number;
}

/** Figures as a table whose cells take colour by them: a heat map that can also be read out. */
export function HeatTable({ caption, corner, columns, rows, format, max }: HeatTableProps) {
  return (
    <TableFrame {...{ caption, corner, columns }} className="heat">
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
    </TableFrame>
  );
}

const heatOf = (value: number | null, max: number): number =>
  value === null || max <= 0 ? 0 : Math.round(Math.min(1, value / max) * 100) / 100;
