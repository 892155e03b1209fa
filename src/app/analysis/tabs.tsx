import { type KeyboardEvent, type ReactNode, useId, useRef, useState } from 'react';

export interface Tab {
  name: string;
  draw(): ReactNode;
}

const STEPS: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1 };

/** Views of the same thing, one at a time; arrow keys go from tab to tab, as the ARIA practices have it. */
export function Tabs({ label, tabs }: { label: string; tabs: readonly Tab[] }) {
  const id = useId();
  const [chosen, setChosen] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const go = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    const next =
      event.key === 'Home' ? 0 : event.key === 'End' ? tabs.length - 1 : step ? chosen + step + tabs.length : null;
    if (next === null) return;
    event.preventDefault();
    setChosen(next % tabs.length);
    list.current?.querySelectorAll<HTMLElement>('[role=tab]')[next % tabs.length]?.focus();
  };
  return (
    <div className="tabs">
      <div ref={list} className="tab-list" role="tablist" aria-label={label}>
        {tabs.map(({ name }, n) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`${id}-tab-${n}`}
            className="tab"
            aria-selected={n === chosen}
            aria-controls={`${id}-panel`}
            tabIndex={n === chosen ? 0 : -1}
            onClick={() => setChosen(n)}
            onKeyDown={go}
          >
            {name}
          </button>
        ))}
      </div>
      <div id={`${id}-panel`} className="tab-panel" role="tabpanel" aria-labelledby={`${id}-tab-${chosen}`}>
        {tabs[chosen]?.draw()}
      </div>
    </div>
  );
}
