import { useId } from 'react';
import { formatSeconds } from '../../ui/format';
import { useWords } from '../i18n/use-words';
import { useAppState } from '../session-context';
import { MOST_TOKENS, withText } from './analysis-state';
import { MOST_TEXT } from './text-files';
import { useAnalysis, useAnalysisState } from './use-analysis';

/** Begins and ends the reading, and says how far it is or what is missing for it. */
export function RunBar() {
  const { analysis: words } = useWords();
  const analysis = useAnalysis();
  const progress = useAnalysisState((state) => state.progress);
  const mostTokens = useAnalysisState((state) => state.mostTokens);
  const missing = useMissing();
  const model = useAppState((state) => state.model.info?.name);
  const id = useId();
  if (progress) return <Reading {...progress} />;
  return (
    <div className="run-bar">
      <div className="choice-field">
        <label htmlFor={id}>{words.most}</label>
        <select
          id={id}
          value={String(mostTokens)}
          onChange={({ target }) => analysis.limit(target.value === 'null' ? null : Number(target.value))}
        >
          {MOST_TOKENS.map((most) => (
            <option key={most} value={String(most)}>
              {most === null ? words.mostAll : words.mostOption(most.toLocaleString())}
            </option>
          ))}
        </select>
      </div>
      <button
        type="button"
        className="button button-primary"
        disabled={missing !== null}
        aria-describedby={`${id}-hint`}
        onClick={() => void analysis.run()}
      >
        {model ? words.run(model) : words.runNoModel}
      </button>
      <p id={`${id}-hint`} className="muted">
        {missing ?? words.busy}
      </p>
    </div>
  );
}

/** Why it cannot begin; null where it can. */
function useMissing(): string | null {
  const { analysis: words } = useWords();
  const { status, server } = useAppState((state) => state.model);
  const state = useAnalysisState((all) => all);
  if (server) return words.onServer;
  if (status !== 'ready') return words.needsModel;
  if (state.domains.some(({ text }) => text.length > MOST_TEXT)) return words.tooLong(MOST_TEXT.toLocaleString());
  return withText(state).length === 0 ? words.needsText : null;
}

function Reading({ done, total, secondsLeft }: { done: number; total: number; secondsLeft: number | null }) {
  const { analysis: words } = useWords();
  const analysis = useAnalysis();
  const line = total === 0 ? words.cutting : words.reading(done.toLocaleString(), total.toLocaleString());
  return (
    <div className="run-bar run-bar-busy">
      <progress aria-label={words.title} {...(total > 0 ? { value: done, max: total } : {})} />
      <p className="muted">
        {line}
        {secondsLeft !== null && done < total && ` · ${words.left(formatSeconds(secondsLeft))}`}
      </p>
      <button type="button" className="button button-outline" onClick={() => analysis.stop()}>
        {words.stop}
      </button>
    </div>
  );
}
