import { useState } from 'react';
import type { ErrorData } from '../../protocol/errors';
import { useWords } from '../i18n/use-words';
import { Dialog } from '../lib/dialogs';
import { ErrorText } from '../notices/error-text';
import '../styles/analysis.css';
import { withText } from './analysis-state';
import { ANALYSIS_DIALOG } from './open';
import { Results } from './results';
import { RunBar } from './run-bar';
import { Texts } from './texts';
import { useAnalysisState } from './use-analysis';

/** Texts in, and where their tokens went: figures, plots and files. */
export function AnalysisSheet() {
  const { analysis: words } = useWords();
  const result = useAnalysisState((state) => state.result);
  const error = useAnalysisState((state) => state.error);
  const count = useAnalysisState((state) => withText(state).length);
  const [seen, setSeen] = useState(result);
  const [open, setOpen] = useState(true);
  if (seen !== result) {
    // What came of the texts takes their place; they are a click away.
    setSeen(result);
    setOpen(false);
  }
  return (
    <Dialog id={ANALYSIS_DIALOG} title={words.title} closeName={words.close} wide>
      <div className="analysis">
        <p className="analysis-intro">
          {words.intro} <span className="muted">{words.after}</span>
        </p>
        <details className="texts-fold" open={open} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
          <summary>{count > 0 ? words.textsOf(count) : words.texts}</summary>
          <Texts />
        </details>
        <RunBar />
        {error && <Failure error={error} />}
        {result && <Results result={result} />}
      </div>
    </Dialog>
  );
}

function Failure({ error }: { error: ErrorData }) {
  const { analysis: words } = useWords();
  const gone = error.code === 'model-not-loaded' || error.code === 'worker-died';
  return (
    <div className="alert" role="alert" data-code={error.code}>
      <p>
        <ErrorText error={error} advice={gone ? words.gone : undefined} />
      </p>
    </div>
  );
}
