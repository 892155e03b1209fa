import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { formatPercent, formatRate } from '../../ui/format';
import { type PageColors, readColors } from './page-colors';
import type { Timeline } from './timeline';
import { columnsOf } from './timeline-columns';

export interface PlotNames {
  seconds: string;
  hits: string;
  misses: string;
  speed: string;
  stalled: string;
}

const HEIGHT = 112;
const COLORS = ['series-1', 'series-2', 'series-3', 'series-4', 'ink-muted', 'line'] as const;
type Colors = PageColors<(typeof COLORS)[number]>;

/** Two plots under each other with one time: picks, and what they did to the speed. Drawn from `timeline` at each new sample. */
export class TimelinePlots {
  readonly #plots: [picks: uPlot, speed: uPlot];
  readonly #timeline: Timeline;
  readonly #stop: () => void;

  constructor(into: HTMLElement, timeline: Timeline, names: PlotNames, width: number) {
    const colors = readColors(COLORS);
    const picks = [
      lineOf(names.hits, colors['series-1'], 'y', formatRate),
      lineOf(names.misses, colors['series-2'], 'y', formatRate, [6, 3]),
    ];
    const speed = [
      lineOf(names.speed, colors['series-3'], 'y', formatRate),
      lineOf(names.stalled, colors['series-4'], 'share', formatPercent, [2, 3]),
    ];
    this.#plots = [
      new uPlot(optionsOf(picks, names.seconds, colors, width), undefined, into),
      new uPlot(optionsOf(speed, names.seconds, colors, width), undefined, into),
    ];
    this.#timeline = timeline;
    this.#stop = timeline.subscribe(() => this.#draw());
    this.#draw();
  }

  resize(width: number): void {
    for (const plot of this.#plots) plot.setSize({ width, height: HEIGHT });
  }

  destroy(): void {
    this.#stop();
    for (const plot of this.#plots) plot.destroy();
  }

  #draw(): void {
    const { at, hits, misses, speed, stalled } = columnsOf(this.#timeline.samples);
    this.#plots[0].setData([at, hits, misses]);
    this.#plots[1].setData([at, speed, stalled]);
  }
}

/** Dashes tell apart what colours do. */
function lineOf(
  label: string,
  stroke: string,
  scale: string,
  format: (value: number) => string,
  dash: number[] = [],
): uPlot.Series {
  const value = (_: uPlot, raw: number | null): string => (raw === null || raw === undefined ? '–' : format(raw));
  return { label, stroke, scale, dash, value, width: 1.5, points: { show: false } };
}

function optionsOf(series: uPlot.Series[], seconds: string, colors: Colors, width: number): uPlot.Options {
  const font = '11px system-ui, sans-serif';
  const axis = { stroke: colors['ink-muted'], font, grid: { stroke: colors.line, width: 1 }, ticks: { show: false } };
  const hasShare = series.some(({ scale }) => scale === 'share');
  return {
    width,
    height: HEIGHT,
    series: [{ label: seconds, value: (_, raw) => (raw === null ? '–' : formatRate(raw)) }, ...series],
    scales: {
      x: { time: false },
      y: { range: { min: { hard: 0, soft: 0, mode: 1 }, max: { pad: 0.1, soft: 1, mode: 1 } } },
      share: { range: [0, 1] },
    },
    axes: [
      { ...axis, size: 24, grid: { show: false } },
      { ...axis, size: 36, space: 28 },
      ...(hasShare
        ? [{ ...axis, side: 1 as const, scale: 'share', size: 40, space: 28, grid: { show: false }, values: percents }]
        : []),
    ],
    padding: [8, hasShare ? 0 : 40, 0, 0],
    cursor: { drag: { x: false, y: false }, sync: { key: 'router-timeline' }, y: false },
    legend: { live: true, markers: { dash: (_, line) => (line > 1 ? 'dashed' : 'solid') } },
  };
}

const percents = (_: uPlot, ticks: number[]): string[] => ticks.map(formatPercent);
