import type { AnalysisResult } from '../analysis/analysis-state';
import { percent } from '../analysis/measured-domains';
import { openAnalysis } from '../analysis/open';
import { useAnalysisState } from '../analysis/use-analysis';
import { useWords } from '../i18n/use-words';
import { closeDialog, Dialog } from '../lib/dialogs';
import { useAppState } from '../session-context';
import '../styles/analysis.css';
import '../styles/pruning.css';
import { ChoiceForm } from './choice-form';
import { ExpertGrid } from './expert-grid';
import { KeepSection } from './keep-section';
import { MeasureSection } from './measure-section';
import { PRUNING_DIALOG } from './open';
import { type Choice, type ChoiceActions, useChoice } from './use-choice';

/** Which experts to leave out, what that costs, and the smaller model: in that order. */
export function PruningSheet() {
  const { pruning: words } = useWords();
  const result = useAnalysisState((state) => state.result);
  return (
    <Dialog id={PRUNING_DIALOG} title={words.title} closeName={words.close} wide>
      <div className="pruning">
        <p className="analysis-intro">
          {words.intro} <span className="muted">{words.after}</span>
        </p>
        {result ? <Pruning key={keyOf(result)} result={result} /> : <First />}
      </div>
    </Dialog>
  );
}

/** A choice is of one analysis: another one begins anew. */
const keyOf = ({ model, domains }: AnalysisResult): string =>
  JSON.stringify([model.id, domains.map(({ name, counts }) => [name, counts.tokens])]);

function First() {
  const { pruning: words } = useWords();
  const analyse = () => {
    closeDialog(PRUNING_DIALOG);
    openAnalysis();
  };
  return (
    <div className="pruning-first">
      <p>{words.first}</p>
      <button type="button" className="button button-primary" aria-haspopup="dialog" onClick={analyse}>
        {words.analyse}
      </button>
    </div>
  );
}

function Pruning({ result }: { result: AnalysisResult }) {
  const { pruning: words } = useWords();
  const choice = useChoice(result);
  const loaded = useAppState((state) => (state.model.status === 'ready' ? state.model.info : null));
  const { id, name, experts, topK } = result.model;
  const ready = loaded?.id === id;
  if (topK >= experts) return <p className="warning">{words.onlyTopK(experts)}</p>;
  return (
    <>
      {!ready && <p className="warning">{loaded ? words.otherModel(name, loaded.name) : words.noModel(name)}</p>}
      <section className="pruning-part" aria-labelledby="pruning-choose">
        <h3 id="pruning-choose">{words.choose}</h3>
        <ChoiceForm result={result} choice={choice} />
        <p className="muted">{words.gridHint}</p>
        <ExpertGrid choice={choice} keep={choice.keep} />
        <ChoiceStatus choice={choice} />
      </section>
      <MeasureSection result={result} choice={choice} ready={ready} />
      <KeepSection result={result} choice={choice} ready={ready} />
    </>
  );
}

/** What the choice lacks, or what part of the picks it covers. */
function ChoiceStatus({ choice }: { choice: Choice & ChoiceActions }) {
  const { pruning: words } = useWords();
  const { kept, shares, keep, uneven, byHand } = choice;
  const covered = kept.flatMap((ids, layer) => ids.map((id) => shares[layer]?.[id] ?? 0)).reduce((a, b) => a + b, 0);
  const layers = uneven.map(({ layer, by }) => words.unevenLayer(layer, by)).join(', ');
  return (
    <div className="choice-status">
      <p role="status" className={uneven.length > 0 ? 'field-error' : undefined}>
        {uneven.length > 0 ? words.uneven(layers, keep) : words.covered(percent(covered / shares.length))}
      </p>
      {byHand && (
        <button type="button" className="button button-outline" onClick={choice.suggest}>
          {words.suggestion}
        </button>
      )}
    </div>
  );
}
