import { useId, useState } from 'react';
import { useWords } from '../i18n/use-words';
import { MOST_NAME } from '../state/presets';

export interface NameFormProps {
  label: string;
  /** What stands in the field at first. */
  name: string;
  onSave: (name: string) => void;
  onCancel: () => void;
}

/** Asks for a name, in the place of the button that wanted it. */
export function NameForm({ label, name, onSave, onCancel }: NameFormProps) {
  const words = useWords().settings;
  const id = useId();
  const [typed, setTyped] = useState(name);
  return (
    <form
      className="name-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (typed.trim() !== '') onSave(typed.trim());
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        // The dialog around it stays open.
        event.preventDefault();
        event.stopPropagation();
        onCancel();
      }}
    >
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type="text"
        // biome-ignore lint/a11y/noAutofocus: the user has just asked for this field
        autoFocus
        autoComplete="off"
        maxLength={MOST_NAME}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
      <button type="submit" className="button button-outline" disabled={typed.trim() === ''}>
        {words.save}
      </button>
      <button type="button" className="button" onClick={onCancel}>
        {words.cancel}
      </button>
    </form>
  );
}
