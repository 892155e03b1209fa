import { useId } from 'react';
import type { ImportanceMethod } from '../../analysis/expert-choice';
import type { AnalysisResult } from '../analysis/analysis-state';
import { ChoiceField } from '../analysis/choice-field';
import { useWords } from '../i18n/use-words';
import { RangeField } from '../settings/range-field';
import type { Choice, ChoiceActions } from './use-choice';

const METHODS: readonly ImportanceMethod[] = ['weighted', 'activity'];

/** By which text and figure experts are chosen, and how many. */
export function ChoiceForm({ result, choice }: { result: AnalysisResult; choice: Choice & ChoiceActions }) {
  const { pruning: words } = useWords();
  const group = useId();
  const { experts, topK } = result.model;
  const names = result.domains.map(({ name }, value) => ({ value, name }));
  return (
    <div className="pruning-form">
      <ChoiceField
        label={words.chosenBy}
        options={names.length > 1 ? [{ value: -1, name: words.all }, ...names] : names}
        value={names.length > 1 ? choice.by : 0}
        onChange={(by) => choice.choose({ by })}
      />
      <fieldset className="choice-row">
        <legend>{words.method}</legend>
        {METHODS.map((method) => (
          <label key={method}>
            <input
              type="radio"
              name={group}
              checked={choice.method === method}
              onChange={() => choice.choose({ method })}
            />
            {words.methods[method]}
          </label>
        ))}
      </fieldset>
      <RangeField
        label={words.keep}
        hint={words.keepHint(topK)}
        range={{ min: topK, max: experts, step: 1 }}
        value={choice.keep}
        shown={words.keepValue(choice.keep, experts)}
        onChange={(keep) => choice.choose({ keep })}
      />
    </div>
  );
}
