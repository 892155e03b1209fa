import { useEffect, useRef } from 'react';
import { CloseIcon } from '../icons';
import { useAppState } from '../session-context';
import { BudgetSlider } from './budget-slider';
import { ExpertMap } from './expert-map';
import { Figures } from './figures';

export const MEMORY_PANEL_ID = 'memory';

/** Beside the chat where there is room (CSS decides), a sheet that the header opens where there is not. */
export function MemoryPanel() {
  const { info, budget, server, sharing } = useAppState((state) => state.model);
  const panel = useRef<HTMLElement>(null);

  useEffect(() => {
    // An open sheet left over from a narrower window would float above the panel it has become.
    const wide = matchMedia('(min-width: 62rem)');
    const close = () => wide.matches && panel.current?.hidePopover();
    wide.addEventListener('change', close);
    return () => wide.removeEventListener('change', close);
  }, []);

  return (
    <aside ref={panel} id={MEMORY_PANEL_ID} className="panel" popover="auto" aria-label="Memory and experts">
      <button
        type="button"
        className="button panel-close only-narrow"
        popoverTarget={MEMORY_PANEL_ID}
        popoverTargetAction="hide"
      >
        <CloseIcon /> <span className="sr-only">Close memory panel</span>
      </button>
      <section className="panel-section">
        <h2>Memory</h2>
        {info && budget ? (
          <>
            <BudgetSlider budget={budget} expertsTotal={info.layers * info.experts} />
            {sharing === 'elsewhere' && <p className="muted">Shared with another tab, where the model runs.</p>}
          </>
        ) : (
          <p className="muted">
            {server
              ? `${server.host} answers: no model takes memory on this device.`
              : 'Here you will set how much GPU memory the model may take.'}
          </p>
        )}
      </section>
      {!server && (
        <section className="panel-section">
          <h2>Figures</h2>
          <Figures />
        </section>
      )}
      {info && (
        <section className="panel-section">
          <h2>Experts</h2>
          <ExpertMap layers={info.layers} experts={info.experts} topK={info.topK} />
        </section>
      )}
    </aside>
  );
}
