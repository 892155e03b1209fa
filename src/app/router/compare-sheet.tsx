import { useState, useSyncExternalStore } from 'react';
import { ChoiceField, LayerField } from '../analysis/choice-field';
import { useWords } from '../i18n/use-words';
import { Dialog } from '../lib/dialogs';
import { useAppState, useSession } from '../session-context';
import { isStreaming } from '../state/chat';
import '../styles/analysis.css';
import '../styles/router.css';
import type { AnswerRoute } from './answer-route';
import { type ComparableAnswer, comparableAnswers } from './comparable-answers';
import { CompareSide } from './compare-side';
import { compared } from './compared';
import { compareRoutes } from './comparison';
import { ComparisonTable } from './comparison-table';
import { COMPARE_DIALOG } from './open';

/** Two answers of this conversation, branches included: their tokens by expert, and how alike their routes are. */
export function CompareSheet() {
  const { router: words } = useWords();
  const isShown = useSyncExternalStore(compared.subscribe, () => compared.isShown);
  return (
    <Dialog
      id={COMPARE_DIALOG}
      title={words.compareTitle}
      closeName={words.compareClose}
      wide
      onClose={() => compared.show(false)}
    >
      {isShown && <Compare />}
    </Dialog>
  );
}

function Compare() {
  const { router: words } = useWords();
  const { routes, store } = useSession();
  const ids = useSyncExternalStore(compared.subscribe, () => compared.ids);
  // Drawn anew when there are others to choose from, not with each token of one that is being written.
  useAppState((state) => state.chat.branches);
  useAppState((state) => isStreaming(state.chat));
  const answers = comparableAnswers(store.getState().chat, routes);
  const [layer, setLayer] = useState(0);
  // What was not chosen, or is gone: the last two. Choosing the one leaves the other as it stands.
  const b = answers.find(({ answer }) => answer.id === ids.b) ?? answers.at(-1);
  const a = answers.find(({ answer }) => answer.id === ids.a) ?? answers.findLast((other) => other !== b);
  if (!a || !b) return <p>{words.compareNone}</p>;
  const [routeA, routeB] = [routes.of(a.answer.id), routes.of(b.answer.id)];
  if (!routeA || !routeB) return null;
  const layers = Math.max(routeA.layers, routeB.layers);
  const colors = { layer: Math.min(layer, layers - 1), choice: 0 };
  return (
    <div className="compare">
      <p className="muted">{words.compareIntro}</p>
      <div className="router-fields">
        <AnswerField
          label={words.answerA}
          {...{ answers, of: a }}
          onChoose={(id) => compared.choose({ a: id, b: b.answer.id })}
        />
        <AnswerField
          label={words.answerB}
          {...{ answers, of: b }}
          onChoose={(id) => compared.choose({ a: a.answer.id, b: id })}
        />
        <LayerField label={words.colorLayer} layers={layers} value={colors.layer} onChange={setLayer} />
      </div>
      <div className="compare-sides">
        <CompareSide name={words.answerA} {...{ colors }} of={a} />
        <CompareSide name={words.answerB} {...{ colors }} of={b} />
      </div>
      <Difference a={routeA} b={routeB} />
    </div>
  );
}

interface AnswerFieldProps {
  label: string;
  answers: readonly ComparableAnswer[];
  of: ComparableAnswer;
  onChoose: (id: string) => void;
}

function AnswerField({ label, answers, of, onChoose }: AnswerFieldProps) {
  const { router: words } = useWords();
  return (
    <ChoiceField
      label={label}
      options={answers.map(({ question, branch, branches }, value) => ({
        value,
        name: words.answerName(question, branch, branches),
      }))}
      value={answers.indexOf(of)}
      onChange={(index) => onChoose(answers[index]?.answer.id ?? '')}
    />
  );
}

function Difference({ a, b }: { a: AnswerRoute; b: AnswerRoute }) {
  const { router: words } = useWords();
  const layers = compareRoutes(a, b);
  if (!layers) return <p className="muted">{words.incomparable}</p>;
  return (
    <div className="compare-difference">
      <h3>{words.difference}</h3>
      <p className="muted">{words.measures}</p>
      <ComparisonTable layers={layers} />
    </div>
  );
}
