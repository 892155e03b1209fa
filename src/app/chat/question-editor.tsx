import { type KeyboardEvent, useEffect, useId, useRef } from 'react';
import { useWords } from '../i18n/use-words';
import { useChats } from '../session-context';
import type { Question } from '../state/chat';
import { useCanAnswer } from './use-can-answer';

interface QuestionEditorProps {
  question: Question;
  /** What was typed so far. */
  text: string;
  onChange: (text: string) => void;
  onDone: () => void;
}

/** A question in other words, asked anew. */
export function QuestionEditor({ question, text, onChange, onDone }: QuestionEditorProps) {
  const words = useWords().chat;
  const chats = useChats();
  const canAnswer = useCanAnswer();
  const hintId = useId();
  const box = useRef<HTMLTextAreaElement>(null);

  // One that was begun before and comes back into view takes no focus.
  // biome-ignore lint/correctness/useExhaustiveDependencies: as it opens, not as one types
  useEffect(() => {
    if (text !== question.text) return;
    box.current?.focus();
    box.current?.setSelectionRange(-1, -1);
  }, []);

  const save = () => {
    if (!canAnswer || text.trim() === '') return;
    onDone();
    void chats.edit(question.id, text);
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      event.stopPropagation(); // It would stop the answer that is being written.
      onDone();
      return;
    }
    // While an input method composes, Enter picks a candidate.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    save();
  };

  return (
    <form
      className="question-editor"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <textarea
        ref={box}
        aria-label={words.editLabel}
        aria-describedby={hintId}
        rows={2}
        value={text}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <p id={hintId} className="muted">
        {words.editHint}
      </p>
      <div className="question-editor-actions">
        <button type="button" className="button" onClick={onDone}>
          {words.cancel}
        </button>
        <button type="submit" className="button button-primary" disabled={!canAnswer}>
          {words.saveAndAsk}
        </button>
      </div>
    </form>
  );
}
