import { useEffect, useRef } from 'react';
import { useWords } from '../i18n/use-words';

export interface ConfirmRemoveProps {
  ask: string;
  onKeep: () => void;
  onRemove: () => void;
}

/** Asks once more, in the place of what would be removed; keeping is what a careless Enter does. */
export function ConfirmRemove({ ask, onKeep, onRemove }: ConfirmRemoveProps) {
  const words = useWords().conversations;
  const keep = useRef<HTMLButtonElement>(null);
  useEffect(() => keep.current?.focus(), []);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields
    <div
      role="group"
      className="chat-row-form"
      aria-label={ask}
      onKeyDown={(event) => event.key === 'Escape' && onKeep()}
    >
      <p>{ask}</p>
      <button type="button" className="button button-danger" onClick={onRemove}>
        {words.remove}
      </button>
      <button ref={keep} type="button" className="button" onClick={onKeep}>
        {words.keep}
      </button>
    </div>
  );
}
