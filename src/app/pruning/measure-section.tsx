import { useEffect, useState } from 'react';
import type { AnalysisResult } from '../analysis/analysis-state';
import { ChoiceField } from '../analysis/choice-field';
import { MOST_TEXT } from '../analysis/text-files';
import { useAnalysisState } from '../analysis/use-analysis';
import { useWords } from '../i18n/use-words';
import { ErrorText } from '../notices/error-text';
import { useSession } from '../session-context';
import { Outcomes } from './outcomes';
import type { Choice } from './use-choice';
import { useMeasure } from './use-measure';

export interface MeasureSectionProps {
  result: AnalysisResult;
  choice: Choice;
  /** The analysed model is loaded. */
  ready: boolean;
}

/** What leaving out costs, on a text of the analysis or another one. */
export function MeasureSection({ result, choice, ready }: MeasureSectionProps) {
  const { pruning: words, analysis: analysisWords } = useWords();
  const session = useSession();
  const measure = useMeasure();
  const mostTokens = useAnalysisState((state) => state.mostTokens);
  const { domains, model } = result;
  const own = domains.length;
  const [chosen, setChosen] = useState(0);
  const [ownText, setOwnText] = useState('');
  const on = Math.min(chosen, own);
  const text = on === own ? ownText : (domains[on]?.text ?? '');
  const takesPart = on !== own && (choice.by === -1 || choice.by === on);
  const missing = missingOf();
  const latest = measure.outcomes[0];
  useEffect(() => {
    if (latest) session.announce(words.outcome(latest.before.value.toFixed(2), latest.after.value.toFixed(2)));
  }, [latest, session, words]);

  function missingOf(): string | null {
    if (choice.keep >= model.experts) return words.nothingLeftOut;
    if (text.length > MOST_TEXT) return analysisWords.tooLong(MOST_TEXT.toLocaleString());
    return text.trim() === '' ? words.needsText : null;
  }

  return (
    <section className="pruning-part" aria-labelledby="pruning-measure">
      <h3 id="pruning-measure">{words.measure}</h3>
      <p className="muted">{words.measureIntro}</p>
      <ChoiceField
        label={words.measureOn}
        options={[...domains.map(({ name }, value) => ({ value, name })), { value: own, name: words.ownText }]}
        value={on}
        onChange={setChosen}
      />
      {on === own && (
        <textarea
          aria-label={words.ownTextLabel}
          rows={5}
          spellCheck={false}
          value={ownText}
          onChange={(event) => setOwnText(event.target.value)}
        />
      )}
      {takesPart && <p className="warning">{words.flatters}</p>}
      {measure.progress ? (
        <Progress {...measure.progress} stop={measure.stop} />
      ) : (
        <div className="run-bar">
          <button
            type="button"
            className="button button-primary"
            disabled={!ready || !choice.isWhole || missing !== null}
            onClick={() =>
              void measure.run({
                text,
                mostTokens,
                kept: choice.kept,
                byHand: choice.byHand,
                textName: domains[on]?.name ?? words.ownText,
              })
            }
          >
            {words.run}
          </button>
          {missing && <p className="muted">{missing}</p>}
        </div>
      )}
      {measure.error && (
        <div className="alert" role="alert" data-code={measure.error.code}>
          <p>
            <ErrorText error={measure.error} />
          </p>
        </div>
      )}
      <Outcomes outcomes={measure.outcomes} kept={choice.kept} experts={model.experts} />
    </section>
  );
}

function Progress({ done, total, stop }: { done: number; total: number; stop(): void }) {
  const { pruning: words } = useWords();
  return (
    <div className="run-bar run-bar-busy">
      <progress aria-label={words.run} {...(total > 0 ? { value: done, max: total } : {})} />
      <p className="muted">
        {total === 0 ? words.cutting : words.reading(done.toLocaleString(), total.toLocaleString())}
      </p>
      <button type="button" className="button button-outline" onClick={stop}>
        {words.stop}
      </button>
    </div>
  );
}
