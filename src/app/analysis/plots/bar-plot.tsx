import { PlotFrame, type PlotProps } from './plot-frame';
import { seriesColor } from './series';

/** Bars side by side at each place, one a series, in the order of the legend. */
export function BarPlot(props: PlotProps) {
  const { series } = props;
  return (
    <PlotFrame {...props} leastPlace={series.length * 4 + 6}>
      {({ place, y }) =>
        series.map((of, n) =>
          of.values.map((value, at) => {
            const { x, width } = place(at);
            const gap = Math.min(8, width / 4);
            const own = (width - gap) / series.length;
            const top = y(value ?? 0);
            return (
              <rect
                // biome-ignore lint/suspicious/noArrayIndexKey: a place is what its number says
                key={`${of.name} ${at}`}
                x={x + gap / 2 + n * own}
                y={top}
                width={Math.max(1, own - 1)}
                height={Math.max(0, y(0) - top)}
                fill={seriesColor(n)}
              />
            );
          }),
        )
      }
    </PlotFrame>
  );
}
