import { type ReactNode, useId } from 'react';
import { TableRoom } from './table-room';

export interface TableFrameProps {
  caption: string;
  /** Above the row headings: what they and the columns are. */
  corner: string;
  columns: readonly string[];
  className?: string;
  /** Its rows. */
  children: ReactNode;
}

/** A table with headings on both sides, named by its caption, with room to scroll. */
export function TableFrame({ caption, corner, columns, className, children }: TableFrameProps) {
  const id = useId();
  return (
    <TableRoom labelledBy={id}>
      <table className={className}>
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
        <tbody>{children}</tbody>
      </table>
    </TableRoom>
  );
}
