import { type FormEvent, useRef, useState } from 'react';
import type { BudgetInfo, ModelInfo } from '../../protocol/engine';
import { useWords } from '../i18n/use-words';
import { useAppState, useSession } from '../session-context';
import type { ModelState } from '../state/model';
import { kvBytesAt } from './choices';
import { LossyFields } from './lossy-fields';
import { type MemoryOptions, optionsOf, sameOptions } from './memory-options';
import { PagingFields } from './paging-fields';

export interface OptionsFormProps {
  info: ModelInfo;
  budget: BudgetInfo;
  /** Of the model now; `info` may be of before it was loaded again. */
  status: ModelState['status'];
}

/** What only a new load changes: gathered here, and applied together. */
export function OptionsForm({ info, budget, status }: OptionsFormProps) {
  const session = useSession();
  const { memory: words } = useWords();
  const { memory, budgets } = useAppState((state) => state.settings);
  const now = optionsOf(info);
  const wished = { ...now, ...withoutGaps(memory[info.id]) };
  const [draft, setDraft] = useState<MemoryOptions | null>(null);
  const form = useRef<HTMLFormElement>(null);
  const shown = draft ?? wished;
  const change = (part: MemoryOptions) => setDraft({ ...shown, ...part });
  const changed = draft !== null && !sameOptions(draft, now);

  /** Nothing waits to be applied any more: the buttons go, the keyboard's focus stays in the form. */
  const settle = () => {
    setDraft(null);
    form.current?.querySelector<HTMLElement>('details[open] > summary')?.focus();
  };

  const apply = (event: FormEvent) => {
    event.preventDefault();
    if (!changed || status === 'loading') return;
    const grown = kvBytesAt(info, draft.contextLength ?? info.contextLength) - info.kvBytes;
    const least = budget.leastBytes + Math.max(0, grown);
    // A longer context must not leave the model less than its least.
    const bytes = budgets[info.id];
    if (bytes !== undefined && bytes < least) session.changeSettings({ budgets: { ...budgets, [info.id]: least } });
    settle();
    void session.loadWith(draft);
  };

  return (
    <form ref={form} className="memory-options" onSubmit={apply}>
      <PagingFields info={info} budget={budget} options={shown} onChange={change} />
      <LossyFields info={info} lossy={shown.lossy ?? {}} onChange={(lossy) => change({ lossy })} />
      {changed && (
        <div className="memory-apply">
          <button type="submit" className="button button-primary" disabled={status === 'loading'}>
            {words.apply}
          </button>
          <button type="button" className="button button-quiet" onClick={settle}>
            {words.undo}
          </button>
          <p className="muted">{words.applyHint}</p>
        </div>
      )}
      {!changed && status === 'ready' && !sameOptions(wished, now) && (
        <div className="memory-note" role="status">
          <p>{words.othersKeep}</p>
          <button
            type="button"
            className="button button-outline"
            onClick={() => session.changeSettings({ memory: { ...memory, [info.id]: now } })}
          >
            {words.useTheirs}
          </button>
        </div>
      )}
    </form>
  );
}

/** What was chosen; the rest is as the engine has it. */
function withoutGaps(options: MemoryOptions = {}): MemoryOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
