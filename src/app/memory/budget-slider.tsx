import { useEffect, useRef, useState } from 'react';
import type { BudgetInfo } from '../../protocol/engine';
import { formatBytes } from '../../ui/format';
import { useSession } from '../session-context';
import { bytesAtStep, slotsAtBytes, stepCount, stepOfBytes } from './budget-steps';

export function BudgetSlider({ budget, expertsTotal }: { budget: BudgetInfo; expertsTotal: number }) {
  const session = useSession();
  const current = stepOfBytes(budget, budget.budgetBytes);
  const [dragged, setDragged] = useState<number | null>(null);
  const step = dragged ?? current;
  const bytes = dragged === null ? budget.budgetBytes : bytesAtStep(budget, dragged);
  const slots = dragged === null ? budget.slots : slotsAtBytes(budget, bytes, expertsTotal);
  const held = `room for ${slots} of ${expertsTotal} experts`;

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
        aria-label="GPU memory"
        aria-valuetext={`${formatBytes(bytes)}: ${held}`}
        min={0}
        max={stepCount(budget)}
        step={1}
        value={step}
        onChange={(event) => setDragged(event.target.valueAsNumber)}
      />
      <p className="budget-ends muted">
        <span>{formatBytes(budget.leastBytes)}, slowest</span>
        <span>{formatBytes(budget.mostBytes)}, all experts</span>
      </p>
    </div>
  );
}
