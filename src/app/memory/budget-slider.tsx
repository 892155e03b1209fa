import { useEffect, useRef, useState } from 'react';
import type { BudgetInfo, ModelInfo } from '../../protocol/engine';
import { formatBytes } from '../../ui/format';
import { useWords } from '../i18n/use-words';
import { useSession } from '../session-context';
import { bytesAtStep, slotsAtBytes, stepCount, stepOfBytes } from './budget-steps';
import { Expected } from './expected';

/** How much GPU memory the model may take, and what it would buy, also while it is dragged. */
export function BudgetSlider({ budget, info }: { budget: BudgetInfo; info: ModelInfo }) {
  const session = useSession();
  const { memory: words } = useWords();
  const expertsTotal = info.layers * info.experts;
  const current = stepOfBytes(budget, budget.budgetBytes);
  const [dragged, setDragged] = useState<number | null>(null);
  const step = dragged ?? current;
  const bytes = dragged === null ? budget.budgetBytes : bytesAtStep(budget, dragged);
  const slots = dragged === null ? budget.slots : slotsAtBytes(budget, bytes, expertsTotal);
  const held = words.held(slots, expertsTotal);

  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const slider = input.current;
    if (!slider) return;
    // React's onChange is the browser's `input`; the browser's `change` comes on release, or on each key.
    const release = () => {
      void session.setBudget(bytesAtStep(budget, slider.valueAsNumber)).then(() => setDragged(null));
    };
    slider.addEventListener('change', release);
    return () => slider.removeEventListener('change', release);
  }, [session, budget]);

  return (
    <div className="budget">
      <p className="budget-value">
        <output htmlFor="budget">{formatBytes(bytes)}</output>
        <span className="muted">{held}</span>
      </p>
      <input
        ref={input}
        id="budget"
        type="range"
        aria-label={words.budget}
        aria-valuetext={`${formatBytes(bytes)}: ${held}`}
        aria-describedby="budget-expected"
        min={0}
        max={stepCount(budget)}
        step={1}
        value={step}
        onChange={(event) => setDragged(event.target.valueAsNumber)}
      />
      <p className="budget-ends muted">
        <span>{words.least(formatBytes(budget.leastBytes))}</span>
        <span>{words.most(formatBytes(budget.mostBytes))}</span>
      </p>
      <Expected id="budget-expected" info={info} budget={budget} slots={slots} />
    </div>
  );
}
