import { type AriaAttributes, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { useWords } from '../i18n/use-words';
import { EditIcon } from '../icons';
import type { Question } from '../state/chat';
import { BranchSwitch } from './branch-switch';
import { CopyButton } from './copy-button';
import { MessageFiles } from './message-files';
import { QuestionEditor } from './question-editor';
import { ToolButton } from './tool-button';

interface QuestionMessageProps {
  question: Question;
  place: AriaAttributes;
}

export function QuestionMessage({ question, place }: QuestionMessageProps) {
  const words = useWords().chat;
  const editButton = useRef<HTMLButtonElement>(null);
  // By its id: a branch that takes its place is another question.
  const [edited, setEdited] = useState<string | null>(null);
  const isEdited = edited === question.id;
  const stopEditing = () => {
    flushSync(() => setEdited(null));
    editButton.current?.focus();
  };
  return (
    <article className="message message-question" aria-label={words.you} data-edited={isEdited} {...place}>
      {question.files.length > 0 && <MessageFiles key={question.id} files={question.files} />}
      {isEdited ? (
        <QuestionEditor question={question} onDone={stopEditing} />
      ) : (
        <>
          {question.text !== '' && <p className="question-text">{question.text}</p>}
          <div className="message-tools">
            <CopyButton key={question.id} text={question.text} />
            <ToolButton ref={editButton} name={words.edit} icon={<EditIcon />} onClick={() => setEdited(question.id)} />
            <BranchSwitch entry={question} />
          </div>
        </>
      )}
    </article>
  );
}
