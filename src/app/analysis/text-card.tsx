import { useId } from 'react';
import { useWords } from '../i18n/use-words';
import { CloseIcon } from '../icons';
import type { Domain } from './analysis-state';
import { MOST_TEXT } from './text-files';
import { useAnalysis } from './use-analysis';

export interface TextCardProps {
  domain: Domain;
  /** From 1. */
  number: number;
  removable: boolean;
  disabled: boolean;
}

/** One text: its kind, and what it says. */
export function TextCard({ domain: { id, name, text }, number, removable, disabled }: TextCardProps) {
  const { analysis: words } = useWords();
  const analysis = useAnalysis();
  const hint = useId();
  const shown = name.trim() || words.nameless(number);
  const tooLong = text.length > MOST_TEXT;
  return (
    <li className="text-card">
      <div className="text-card-head">
        <input
          type="text"
          aria-label={`${words.name} ${number}`}
          placeholder={words.nameHint}
          autoComplete="off"
          maxLength={60}
          value={name}
          disabled={disabled}
          onChange={(event) => analysis.change(id, { name: event.target.value })}
        />
        {removable && (
          <button type="button" className="button" disabled={disabled} onClick={() => analysis.remove(id)}>
            <CloseIcon /> <span className="sr-only">{words.remove(shown)}</span>
          </button>
        )}
      </div>
      <textarea
        aria-label={words.text(shown)}
        aria-describedby={hint}
        aria-invalid={tooLong}
        placeholder={words.textHint}
        spellCheck={false}
        rows={6}
        value={text}
        disabled={disabled}
        onChange={(event) => analysis.change(id, { text: event.target.value })}
      />
      <p id={hint} className={tooLong ? 'field-error' : 'muted'}>
        {tooLong ? words.tooLong(MOST_TEXT.toLocaleString()) : words.characters(text.length.toLocaleString())}
      </p>
    </li>
  );
}
