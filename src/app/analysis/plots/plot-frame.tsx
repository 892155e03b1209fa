import type { ReactNode } from 'react';
import { type Scale, scaleOf, strideOf } from './scale';
import { type Reference, type Series, SeriesLegend } from './series';
import { useWidth } from './use-width';

const HEIGHT = 200;
const MARGIN = { top: 8, right: 8, bottom: 34, left: 44 };

/** Where things lie inside a plot, px. */
export interface PlotArea {
  /** Left edge and width of the n-th place of the x axis. */
  place(n: number): { x: number; width: number };
  y(value: number): number;
}

export interface PlotProps {
  /** What it shows, for those who do not see it; the figures are in a table nearby. */
  label: string;
  /** Of the x axis, whose places are numbered from 0. */
  axis: string;
  places: number;
  series: readonly Series[];
  reference?: Reference | undefined;
  format(value: number): string;
  /** The least width of a place, px: where there are too many the plot scrolls. */
  leastPlace?: number;
}

export interface PlotFrameProps extends PlotProps {
  children(area: PlotArea): ReactNode;
}

/** Axes, grid, reference line and legend around what a plot draws. */
export function PlotFrame({
  label,
  axis,
  places,
  series,
  reference,
  format,
  leastPlace = 6,
  children,
}: PlotFrameProps) {
  const [frame, room] = useWidth<HTMLDivElement>();
  const width = Math.max(room, places * leastPlace + MARGIN.left + MARGIN.right);
  const inner = width - MARGIN.left - MARGIN.right;
  const values = series.flatMap((of) => of.values).filter((value) => value !== null);
  const scale = scaleOf([...values, ...(reference ? [reference.value] : [])]);
  const bottom = HEIGHT - MARGIN.bottom;
  const area: PlotArea = {
    place: (n) => ({ x: MARGIN.left + (n * inner) / places, width: inner / places }),
    y: (value) => bottom - (value / scale.max) * (bottom - MARGIN.top),
  };
  const stride = strideOf(places, inner, 24);
  return (
    <figure className="plot">
      <SeriesLegend names={series.map(({ name }) => name)} reference={reference} />
      <div ref={frame} className="plot-room" tabIndex={width > room && room > 0 ? 0 : undefined}>
        {room > 0 && (
          <svg role="img" aria-label={label} width={width} height={HEIGHT}>
            <Grid scale={scale} area={area} right={width - MARGIN.right} format={format} />
            {Array.from({ length: places }, (_, n) => n)
              .filter((n) => n % stride === 0)
              .map((n) => {
                const { x, width: own } = area.place(n);
                return (
                  <text key={n} className="plot-word" x={x + own / 2} y={bottom + 15} textAnchor="middle">
                    {n}
                  </text>
                );
              })}
            <text className="plot-word" x={MARGIN.left + inner / 2} y={HEIGHT - 3} textAnchor="middle">
              {axis}
            </text>
            {children(area)}
            {reference && (
              <path
                className="plot-reference"
                d={`M${MARGIN.left} ${area.y(reference.value)}H${width - MARGIN.right}`}
              />
            )}
          </svg>
        )}
      </div>
    </figure>
  );
}

interface GridProps {
  scale: Scale;
  area: PlotArea;
  right: number;
  format(value: number): string;
}

function Grid({ scale, area, right, format }: GridProps) {
  return scale.ticks.map((tick) => (
    <g key={tick}>
      <path className="plot-grid" d={`M${MARGIN.left} ${area.y(tick)}H${right}`} />
      <text className="plot-word" x={MARGIN.left - 6} y={area.y(tick) + 4} textAnchor="end">
        {format(tick)}
      </text>
    </g>
  ));
}
