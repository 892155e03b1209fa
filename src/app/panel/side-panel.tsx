import { useEffect, useRef } from 'react';
import { CloseIcon } from '../icons';
import { MemorySection } from '../memory/memory-section';
import { RouterSection } from '../router/router-section';

export const SIDE_PANEL_ID = 'panel';

/** Beside the chat where there is room (CSS decides), a sheet that the header opens where there is not. */
export function SidePanel() {
  const panel = useRef<HTMLElement>(null);

  useEffect(() => {
    // An open sheet left over from a narrower window would float above the panel it has become.
    const wide = matchMedia('(min-width: 62rem)');
    const close = () => wide.matches && panel.current?.hidePopover();
    wide.addEventListener('change', close);
    return () => wide.removeEventListener('change', close);
  }, []);

  return (
    <aside ref={panel} id={SIDE_PANEL_ID} className="panel" popover="auto" aria-label="Memory and experts">
      <button
        type="button"
        className="button panel-close only-narrow"
        popoverTarget={SIDE_PANEL_ID}
        popoverTargetAction="hide"
      >
        <CloseIcon /> <span className="sr-only">Close memory panel</span>
      </button>
      <MemorySection />
      <RouterSection />
    </aside>
  );
}
