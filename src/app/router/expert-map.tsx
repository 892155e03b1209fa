import { useEffect, useRef, useState } from 'react';
import { FrameBatcher } from '../../client/frame-batcher';
import { useSession } from '../session-context';
import { cellState, describeLayers } from './expert-feed';

/** How often the words for screen readers follow the picture, ms: fresh when read, quiet otherwise. */
const WORDS_EVERY_MS = 1000;

export interface ExpertMapProps {
  layers: number;
  experts: number;
  topK: number;
}

/** A row a layer, a cell an expert. React lays it out once; then each frame changes only the cells that differ. */
export function ExpertMap({ layers, experts, topK }: ExpertMapProps) {
  const grid = useLiveCells();
  return (
    <div className="expert-map">
      <p className="muted">
        {layers} layers of {experts}; each token goes through {topK} in every layer.
      </p>
      <div
        ref={grid}
        className="expert-grid"
        aria-hidden="true"
        style={{ '--experts': experts, '--layers': layers }}
        data-dense={layers > 12}
      >
        {Array.from({ length: layers }, (_, layer) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a layer is its index
          <div key={layer} className="expert-row" data-label={rowLabel(layer, layers)}>
            {Array.from({ length: experts }, (_, expert) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: an expert is its index
              <i key={expert} className="expert" title={`Layer ${layer + 1}, expert ${expert}`} />
            ))}
          </div>
        ))}
      </div>
      <Legend />
      <MapInWords />
    </div>
  );
}

/** All rows of a small model are numbered, every fourth of a deep one. */
function rowLabel(layer: number, layers: number): string {
  return layers <= 12 || layer === 0 || (layer + 1) % 4 === 0 ? String(layer + 1) : '';
}

function useLiveCells() {
  const { feed } = useSession();
  const grid = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const cells = grid.current?.querySelectorAll<HTMLElement>('.expert') ?? [];
    const paint = new FrameBatcher(() => {
      cells.forEach((cell, index) => {
        const state = cellState(feed, index);
        const picked = String(feed.picked[index] === 1);
        if (cell.dataset.state !== state) cell.dataset.state = state;
        if (cell.dataset.picked !== picked) cell.dataset.picked = picked;
      });
    });
    paint.request();
    return feed.subscribe(() => paint.request());
  }, [feed]);
  return grid;
}

function Legend() {
  return (
    <ul className="legend" aria-label="Legend">
      <li>
        <i className="expert" data-state="resident" /> in memory
      </li>
      <li>
        <i className="expert" data-state="resident" data-picked="true" /> just picked
      </li>
      <li>
        <i className="expert" data-state="loading" /> being paged in
      </li>
      <li>
        <i className="expert" data-state="absent" /> not in memory
      </li>
    </ul>
  );
}

function MapInWords() {
  const { feed } = useSession();
  const [lines, setLines] = useState(() => describeLayers(feed));
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = feed.subscribe(() => {
      timer ??= setTimeout(() => {
        timer = undefined;
        setLines(describeLayers(feed));
      }, WORDS_EVERY_MS);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [feed]);
  return (
    <ul className="sr-only" aria-label="Experts by layer">
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}
