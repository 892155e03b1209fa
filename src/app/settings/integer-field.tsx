import { useEffect, useId, useState } from 'react';
import { useWords } from '../i18n/use-words';
import { parseTyped } from '../state/settings';

export interface IntegerFieldProps {
  label: string;
  hint: string;
  placeholder?: string;
  range: { min: number; max: number };
  value: number | null;
  /** Only with an integer in the range, or null when the field is empty. */
  onChange(value: number | null): void;
}

/** A text field, not type=number: that one hides what it refuses, and scrolling over it changes it. */
export function IntegerField({ label, hint, placeholder, range, value, onChange }: IntegerFieldProps) {
  const words = useWords().settings;
  const id = useId();
  const [text, setText] = useState(value?.toString() ?? '');
  const invalid = parseTyped(text, range) === undefined;

  // A reset comes from outside; what is being typed does not.
  useEffect(() => {
    setText((typed) => ((parseTyped(typed, range) ?? null) === value ? typed : (value?.toString() ?? '')));
  }, [value, range]);

  const type = (typed: string) => {
    setText(typed);
    const parsed = parseTyped(typed, range);
    if (parsed !== undefined) onChange(parsed);
  };

  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type="text"
        inputMode="numeric"
        autoComplete="off"
        placeholder={placeholder}
        value={text}
        aria-invalid={invalid}
        aria-describedby={`${id}-hint`}
        onChange={(event) => type(event.target.value)}
      />
      <p id={`${id}-hint`} className={invalid ? 'field-error' : 'muted'}>
        {invalid ? words.wholeNumber(range.min, range.max) : hint}
      </p>
    </div>
  );
}
