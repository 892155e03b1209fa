import { RESIDENCY } from '../../protocol/engine';
import type { ExpertFeed } from './expert-feed';
import type { PageColors } from './page-colors';

export const MAP_COLORS = ['paper', 'line-strong', 'ink-muted', 'resident', 'picked', 'danger'] as const;
export type MapColors = PageColors<(typeof MAP_COLORS)[number]>;

/** Where the map's cells lie, CSS pixels: a row a layer, a cell an expert, numbers of layers at the left. */
export interface MapLayout {
  layers: number;
  experts: number;
  width: number;
  height: number;
  cellWidth: number;
  cellHeight: number;
  gap: number;
}

const LABELS = 24;
/** All layers are seen at once: so high at most, px. */
const MOST_HEIGHT = 320;
const HIGHEST_CELL = 28;
/** How long one sees who has just left, ms. */
export const LEFT_MS = 500;

export function layMap(layers: number, experts: number, width: number): MapLayout {
  const gap = layers > 12 ? 2 : 4;
  const cellHeight = Math.max(4, Math.min(HIGHEST_CELL, Math.floor(MOST_HEIGHT / layers) - gap));
  const cellWidth = Math.max(4, (width - LABELS - (experts - 1) * gap) / experts);
  return { layers, experts, width, height: layers * (cellHeight + gap) - gap, cellWidth, cellHeight, gap };
}

/** The cell under a point, `layer * experts + expert`; null between and beside them. */
export function cellAt(layout: MapLayout, x: number, y: number): number | null {
  const { layers, experts, cellWidth, cellHeight, gap } = layout;
  const [expert, layer] = [Math.floor((x - LABELS) / (cellWidth + gap)), Math.floor(y / (cellHeight + gap))];
  return expert < 0 || expert >= experts || layer < 0 || layer >= layers ? null : layer * experts + expert;
}

const placeOf = ({ experts, cellWidth, cellHeight, gap }: MapLayout, index: number): [x: number, y: number] => [
  LABELS + (index % experts) * (cellWidth + gap),
  Math.floor(index / experts) * (cellHeight + gap),
];

/** Draws all cells, shapes telling what colours tell, and says whether someone who has just left is still fading. */
export function drawMap(to: CanvasRenderingContext2D, layout: MapLayout, feed: ExpertFeed, look: MapLook): boolean {
  to.clearRect(0, 0, layout.width, layout.height);
  drawLabels(to, layout, feed, look.colors);
  let fading = false;
  for (let index = 0; index < layout.layers * layout.experts; index++) {
    const [x, y] = placeOf(layout, index);
    const left = feed.left[index] ?? 0;
    const leftFor = left > 0 ? look.now - left : LEFT_MS;
    drawCell(to, { x, y, width: layout.cellWidth, height: layout.cellHeight }, cellOf(feed, index, leftFor), look);
    if (leftFor < LEFT_MS) fading = true;
  }
  return fading;
}

export interface MapLook {
  colors: MapColors;
  /** Of the clock that the feed has. */
  now: number;
  /** Without it, who has left is shown as long, but does not fade. */
  motion: boolean;
}

/** What there is to see of an expert. */
export interface Cell {
  state: 'absent' | 'loading' | 'resident';
  /** Share of the last token, 0..1. */
  share: number;
  fault: boolean;
  /** How far gone it is since it left, 0..1; null where it did not just leave. */
  gone: number | null;
}

export function cellOf(feed: ExpertFeed, index: number, leftFor: number): Cell {
  const told = feed.states[index];
  return {
    state: told === RESIDENCY.resident ? 'resident' : told === RESIDENCY.loading ? 'loading' : 'absent',
    share: feed.weights[index] ?? 0,
    fault: feed.faults[index] === 1,
    gone: leftFor < LEFT_MS ? leftFor / LEFT_MS : null,
  };
}

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/**
 * Filled: resident; outlined: absent; outlined and striped: on its way; struck through: has just left. A bar as wide as its share of the layer's
 * output: picked; a corner cut out: it had to be fetched for that.
 */
export function drawCell(to: CanvasRenderingContext2D, box: Box, cell: Cell, { colors, motion }: MapLook): void {
  const { x, y, width, height } = box;
  to.lineWidth = 1;
  if (cell.state === 'resident') {
    to.fillStyle = colors.resident;
    to.fillRect(x, y, width, height);
  } else {
    to.strokeStyle = cell.state === 'loading' ? colors.resident : colors['line-strong'];
    to.strokeRect(x + 0.5, y + 0.5, width - 1, height - 1);
  }
  if (cell.state === 'loading') stripe(to, box);
  if (cell.gone !== null) strike(to, box, colors.resident, motion ? 1 - cell.gone : 1);
  if (cell.share > 0) {
    const bar = Math.max(3, cell.share * (width - 4));
    const [left, inset] = [x + (width - bar) / 2, Math.max(2, height * 0.25)];
    to.fillStyle = colors.picked;
    to.fillRect(left, y + inset, bar, height - 2 * inset);
    to.strokeStyle = '#1d1f1e'; // Its edge is dark on every theme: the mark is light on all of them.
    to.strokeRect(left - 0.5, y + inset - 0.5, bar + 1, height - 2 * inset + 1);
  }
  if (cell.fault) drawCorner(to, box, colors);
}

function stripe(to: CanvasRenderingContext2D, { x, y, width, height }: Box): void {
  to.beginPath();
  for (let from = 4; from < width; from += 6) {
    to.moveTo(x + from, y + 1);
    to.lineTo(x + Math.max(1, from - height), y + height - 1);
  }
  to.stroke();
}

function strike(to: CanvasRenderingContext2D, { x, y, width, height }: Box, color: string, alpha: number): void {
  to.globalAlpha = alpha;
  to.strokeStyle = color;
  to.lineWidth = 1.5;
  to.beginPath();
  to.moveTo(x + 2, y + 2);
  to.lineTo(x + width - 2, y + height - 2);
  to.stroke();
  to.globalAlpha = 1;
  to.lineWidth = 1;
}

function drawCorner(to: CanvasRenderingContext2D, { x, y, width, height }: Box, colors: MapColors): void {
  const side = Math.min(10, height);
  const right = x + width;
  to.fillStyle = colors.paper;
  triangle(to, right, y, side + 2);
  to.fillStyle = colors.danger;
  triangle(to, right, y, side);
}

function triangle(to: CanvasRenderingContext2D, right: number, top: number, side: number): void {
  to.beginPath();
  to.moveTo(right - side, top);
  to.lineTo(right, top);
  to.lineTo(right, top + side);
  to.fill();
}

/** All rows of a small model are numbered, every fourth of a deep one; a layer with misses has a mark beside its number. */
function drawLabels(to: CanvasRenderingContext2D, layout: MapLayout, feed: ExpertFeed, colors: MapColors): void {
  const { layers, cellHeight, gap } = layout;
  to.font = '11px system-ui, sans-serif';
  to.textBaseline = 'middle';
  for (let layer = 0; layer < layers; layer++) {
    const middle = layer * (cellHeight + gap) + cellHeight / 2;
    if (layers <= 12 || layer % 4 === 0) {
      to.fillStyle = colors['ink-muted'];
      to.fillText(String(layer), 0, middle + 0.5);
    }
    if (!feed.misses[layer]) continue;
    to.fillStyle = colors.danger;
    triangle(to, LABELS - 3, middle - 3, 6);
  }
}
