import { type FormEvent, useState } from 'react';
import type { BudgetInfo, ModelInfo } from '../../protocol/engine';
import { useWords } from '../i18n/use-words';
import { useAppState, useSession } from '../session-context';
import { kvBytesAt } from './choices';
import { LossyFields } from './lossy-fields';
import { type MemoryOptions, optionsOf, sameOptions } from './memory-options';
import { PagingFields } from './paging-fields';

export interface OptionsFormProps {
  info: ModelInfo;
  budget: BudgetInfo;
  /** Whether it is being loaded. */
  loading: boolean;
}

/** What only a new load changes: gathered here, and applied together. */
export function OptionsForm({ info, budget, loading }: OptionsFormProps) {
  const session = useSession();
  const { memory: words } = useWords();
  const { memory, budgets } = useAppState((state) => state.settings);
  const now = optionsOf(info);
  const wished = { ...now, ...withoutGaps(memory[info.id]) };
  const [draft, setDraft] = useState<MemoryOptions | null>(null);
  const shown = draft ?? wished;
  const change = (part: MemoryOptions) => setDraft({ ...shown, ...part });
  const changed = draft !== null && !sameOptions(draft, now);

  const apply = (event: FormEvent) => {
    event.preventDefault();
    if (!changed || loading) return;
    const grown = kvBytesAt(info, draft.contextLength ?? info.contextLength) - info.kvBytes;
    const least = budget.leastBytes + Math.max(0, grown);
    // A longer context must not leave the model less than its least.
    const bytes = budgets[info.id];
    if (bytes !== undefined && bytes < least) session.changeSettings({ budgets: { ...budgets, [info.id]: least } });
    setDraft(null);
    void session.loadWith(draft);
  };

  return (
    <form className="memory-options" onSubmit={apply}>
      <PagingFields info={info} budget={budget} options={shown} onChange={change} />
      <LossyFields info={info} lossy={shown.lossy ?? {}} onChange={(lossy) => change({ lossy })} />
      {changed && (
        <div className="memory-apply">
          <button type="submit" className="button button-primary" disabled={loading}>
            {words.apply}
          </button>
          <button type="button" className="button button-quiet" onClick={() => setDraft(null)}>
            {words.undo}
          </button>
          <p className="muted">{words.applyHint}</p>
        </div>
      )}
      {!changed && !loading && !sameOptions(wished, now) && (
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
