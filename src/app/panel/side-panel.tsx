import { useRef } from 'react';
import { useWords } from '../i18n/use-words';
import { CloseIcon } from '../icons';
import { FiguresSection } from '../memory/figures';
import { LoadSection } from '../memory/load-section';
import { MemorySection } from '../memory/memory-section';
import { RouterSection } from '../router/router-section';
import { COLUMN_IDS, useCloseWhenWide } from './columns';

/** Beside the chat where there is room (CSS decides), a sheet that the header opens where there is not. */
export function SidePanel() {
  const words = useWords().app;
  const panel = useRef<HTMLElement>(null);

  useCloseWhenWide(panel);

  return (
    <aside ref={panel} id={COLUMN_IDS.panel} className="panel" popover="auto" aria-label={words.panelTitle}>
      <button
        type="button"
        className="button panel-close only-narrow"
        popoverTarget={COLUMN_IDS.panel}
        popoverTargetAction="hide"
      >
        <CloseIcon /> <span className="sr-only">{words.closePanel}</span>
      </button>
      <MemorySection />
      <RouterSection />
      <FiguresSection />
      <LoadSection />
    </aside>
  );
}
