import type { ReactNode } from 'react';

/** A table that scrolls by itself where it is wider than its place. */
export function TableRoom({ labelledBy, children }: { labelledBy: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
    <section className="table-room" aria-labelledby={labelledBy} tabIndex={0}>
      {children}
    </section>
  );
}
