export interface Series {
  name: string;
  /** By place on the x axis; null where nothing was measured. */
  values: readonly (number | null)[];
}

/** A level to compare with: what chance would give. */
export interface Reference {
  label: string;
  value: number;
}

/** Colour and shape of the n-th series; colour alone would not reach everybody. */
export const seriesColor = (n: number): string => `var(--series-${(n % 6) + 1})`;

const MARKS = [
  'M-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0',
  'M-3.5 -3.5h7v7h-7z',
  'M0 -4.5l4.5 8h-9z',
  'M0 -5l5 5l-5 5l-5 -5z',
  'M-4.5 -1.5h3v-3h3v3h3v3h-3v3h-3v-3h-3z',
  'M0 4.5l4.5 -8h-9z',
];

export function SeriesMark({ n, x = 0, y = 0 }: { n: number; x?: number; y?: number }) {
  return <path d={MARKS[n % MARKS.length]} transform={`translate(${x} ${y})`} fill={seriesColor(n)} />;
}

export function SeriesLegend({ names, reference }: { names: readonly string[]; reference?: Reference | undefined }) {
  return (
    <ul className="plot-legend">
      {names.map((name, n) => (
        <li key={name}>
          <svg viewBox="-6 -6 12 12" aria-hidden="true" focusable="false">
            <SeriesMark n={n} />
          </svg>
          {name}
        </li>
      ))}
      {reference && (
        <li>
          <svg viewBox="-6 -6 12 12" aria-hidden="true" focusable="false">
            <path d="M-6 0h12" className="plot-reference" />
          </svg>
          {reference.label}
        </li>
      )}
    </ul>
  );
}
