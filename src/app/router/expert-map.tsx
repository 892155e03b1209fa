import { type PointerEvent, useEffect, useRef, useState } from 'react';
import { FrameBatcher } from '../../client/frame-batcher';
import { useWidth } from '../analysis/plots/use-width';
import { useWords } from '../i18n/use-words';
import { useSession } from '../session-context';
import { fitCanvas } from './fit-canvas';
import { MapInWords } from './map-in-words';
import { MapLegend } from './map-legend';
import { cellAt, drawMap, LEFT_MS, layMap, MAP_COLORS, type MapLayout } from './map-picture';
import { onColorsChange, readColors } from './page-colors';

export interface ExpertMapProps {
  layers: number;
  experts: number;
  topK: number;
}

/** A row a layer, a cell an expert, drawn at most once a frame and without React. */
export function ExpertMap({ layers, experts, topK }: ExpertMapProps) {
  const { router: words } = useWords();
  const [frame, width] = useWidth<HTMLDivElement>();
  const layout = layMap(layers, experts, width);
  return (
    <div className="expert-map" ref={frame}>
      <p className="muted">{words.shape(layers, experts, topK)}</p>
      {width > 0 && <Picture key={`${layers} ${experts}`} layout={layout} />}
      <MapLegend />
      <MapInWords />
    </div>
  );
}

/** The canvas, and what the pointer is on in words. */
function Picture({ layout }: { layout: MapLayout }) {
  const { router: words } = useWords();
  const { feed } = useSession();
  const canvas = useLivePicture(layout);
  const [pointed, setPointed] = useState<number | null>(null);
  const point = ({ nativeEvent }: PointerEvent): void =>
    setPointed(cellAt(layout, nativeEvent.offsetX, nativeEvent.offsetY));
  const share = pointed === null ? 0 : (feed.weights[pointed] ?? 0);
  return (
    <div aria-hidden="true">
      <canvas
        ref={canvas}
        className="expert-canvas"
        style={{ width: layout.width, height: layout.height }}
        onPointerMove={point}
        onPointerLeave={() => setPointed(null)}
      />
      <p className="muted expert-pointed">
        {pointed === null
          ? words.point
          : words.cell(
              Math.floor(pointed / layout.experts),
              pointed % layout.experts,
              words.states[feed.states[pointed] ?? 0] ?? '',
              share,
            )}
      </p>
    </div>
  );
}

function useLivePicture(layout: MapLayout) {
  const { feed } = useSession();
  const canvas = useRef<HTMLCanvasElement>(null);
  const latest = useRef(layout);
  const redraw = useRef(() => {});
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    const still = matchMedia('(prefers-reduced-motion: reduce)');
    let colors = readColors(MAP_COLORS);
    let clearing: ReturnType<typeof setTimeout> | undefined;
    const paint = new FrameBatcher(() => {
      const { width, height, layers, experts } = latest.current;
      // Between two models the feed may be of another shape than the picture.
      if (feed.layers !== layers || feed.experts !== experts) return;
      fitCanvas(context, width, height);
      const fading = drawMap(context, latest.current, feed, { colors, now: performance.now(), motion: !still.matches });
      if (!fading) return;
      if (!still.matches) return paint.request();
      clearing ??= setTimeout(() => {
        clearing = undefined;
        paint.request();
      }, LEFT_MS);
    });
    paint.request();
    const stops = [
      feed.subscribe(() => paint.request()),
      onColorsChange(() => {
        colors = readColors(MAP_COLORS);
        paint.request();
      }),
    ];
    redraw.current = () => paint.request();
    return () => {
      clearTimeout(clearing);
      for (const stop of stops) stop();
    };
  }, [feed]);
  useEffect(() => {
    latest.current = layout;
    redraw.current();
  }, [layout]);
  return canvas;
}
