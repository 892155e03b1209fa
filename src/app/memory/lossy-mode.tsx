import { useId } from 'react';
import type { LossyOptions } from '../../protocol/paging';
import { formatPercent } from '../../ui/format';
import type { Words } from '../i18n/language';
import { useWords } from '../i18n/use-words';
import { costOf } from './lossy-costs';
import { SelectField } from './select-field';

export interface LossyModeProps {
  mode: keyof LossyOptions;
  /** Undefined: off. */
  value: number | undefined;
  /** That can be chosen, the mildest first: the one that it is turned on with. */
  strengths: readonly number[];
  onChange(value: number | undefined): void;
}

export function LossyMode({ mode, value, strengths, onChange }: LossyModeProps) {
  const { memory: words } = useWords();
  const id = useId();
  const { name, what, ...more } = words.modes[mode];
  const strength = value ?? strengths[0];
  return (
    <div className="lossy-mode">
      <label>
        <input
          type="checkbox"
          checked={value !== undefined}
          aria-describedby={`${id}-what`}
          onChange={(event) => onChange(event.target.checked ? strength : undefined)}
        />
        {name}
      </label>
      <p id={`${id}-what`} className="muted">
        {what} {describeCost(words, mode, strength)}
      </p>
      {value !== undefined && 'strength' in more && (
        <SelectField
          id={id}
          label={more.strength}
          options={strengths.map((each) => ({ value: String(each), label: String(each) }))}
          value={String(value)}
          onChange={(chosen) => onChange(Number(chosen))}
        />
      )}
    </div>
  );
}

/** What it was measured to save and cost; nothing is said of what was not measured. */
function describeCost(words: Words['memory'], mode: keyof LossyOptions, strength: number | undefined): string {
  const cost = costOf(mode, mode === 'standIns' ? true : strength);
  if (!cost) return '';
  const { missesSaved, perplexity, picksChanged } = cost;
  const share = formatPercent(Math.abs(missesSaved));
  const saved = missesSaved >= 0 ? words.fewerMisses(share) : words.moreMisses(share);
  return words.costs(saved, `+${(perplexity * 100).toFixed(1)}%`, formatPercent(picksChanged));
}
