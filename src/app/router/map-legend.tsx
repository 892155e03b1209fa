import { useEffect, useRef } from 'react';
import { useWords } from '../i18n/use-words';
import { fitCanvas } from './fit-canvas';
import { type Cell, drawCell, MAP_COLORS } from './map-picture';
import { onColorsChange, readColors } from './page-colors';

const NOTHING: Cell = { state: 'absent', share: 0, fault: false, gone: null };
const MARKS = {
  resident: { ...NOTHING, state: 'resident' },
  picked: { ...NOTHING, state: 'resident', share: 0.6 },
  fault: { ...NOTHING, state: 'resident', share: 0.6, fault: true },
  loading: { ...NOTHING, state: 'loading' },
  left: { ...NOTHING, gone: 0 },
  absent: NOTHING,
} satisfies Record<string, Cell>;
const [WIDTH, HEIGHT] = [28, 16];

/** What the map's marks mean, each drawn as the map draws it. */
export function MapLegend() {
  const { router: words } = useWords();
  return (
    <ul className="legend" aria-label={words.legend}>
      {Object.entries(MARKS).map(([name, cell]) => (
        <li key={name}>
          <Mark cell={cell} /> {words.marks[name as keyof typeof MARKS]}
        </li>
      ))}
    </ul>
  );
}

function Mark({ cell }: { cell: Cell }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    const draw = (): void => {
      fitCanvas(context, WIDTH, HEIGHT);
      context.clearRect(0, 0, WIDTH, HEIGHT);
      const look = { colors: readColors(MAP_COLORS), now: 0, motion: true };
      drawCell(context, { x: 0, y: 0, width: WIDTH, height: HEIGHT }, cell, look);
    };
    draw();
    return onColorsChange(draw);
  }, [cell]);
  return (
    <span aria-hidden="true">
      <canvas ref={canvas} style={{ width: WIDTH, height: HEIGHT }} />
    </span>
  );
}
