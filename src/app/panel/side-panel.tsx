import { useEffect, useRef } from 'react';
import { useWords } from '../i18n/use-words';
import { CloseIcon } from '../icons';
import { MemorySection } from '../memory/memory-section';
import { RouterSection } from '../router/router-section';

export const SIDE_PANEL_ID = 'panel';

/** Beside the chat where there is room (CSS decides), a sheet that the header opens where there is not. */
export function SidePanel() {
  const words = useWords().app;
  const panel = useRef<HTMLElement>(null);

  useEffect(() => {
    // An open sheet left over from a narrower window would float above the panel it has become.
    const wide = matchMedia('(min-width: 62rem)');
    const close = () => wide.matches && panel.current?.hidePopover();
    wide.addEventListener('change', close);
    return () => wide.removeEventListener('change', close);
  }, []);

  return (
    <aside ref={panel} id={SIDE_PANEL_ID} className="panel" popover="auto" aria-label={words.panelTitle}>
      <button
        type="button"
        className="button panel-close only-narrow"
        popoverTarget={SIDE_PANEL_ID}
        popoverTargetAction="hide"
      >
        <CloseIcon /> <span className="sr-only">{words.closePanel}</span>
      </button>
      <MemorySection />
      <RouterSection />
    </aside>
  );
}
