import { type PlotArea, PlotFrame, type PlotProps } from './plot-frame';
import { type Series, SeriesMark, seriesColor } from './series';

/** A line with marks for each series, by layer. */
export function LinePlot(props: PlotProps) {
  return (
    <PlotFrame {...props}>
      {(area) => props.series.map((of, n) => <Line key={of.name} series={of} n={n} area={area} />)}
    </PlotFrame>
  );
}

/** Room for a mark, px: where places are narrower, each line has its marks at places of its own. */
const MARK_ROOM = 14;

function Line({ series, n, area }: { series: Series; n: number; area: PlotArea }) {
  const points = series.values.flatMap((value, at) => {
    const { x, width } = area.place(at);
    return value === null ? [] : [{ at, x: x + width / 2, y: area.y(value) }];
  });
  const stride = Math.ceil(MARK_ROOM / area.place(0).width);
  return (
    <g>
      <polyline
        className="plot-line"
        points={points.map(({ x, y }) => `${x},${y}`).join(' ')}
        style={{ stroke: seriesColor(n) }}
      />
      {points
        .filter(({ at }) => at % stride === n % stride)
        .map(({ at, x, y }) => (
          <SeriesMark key={at} n={n} x={x} y={y} />
        ))}
    </g>
  );
}
