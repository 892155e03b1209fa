import { type AriaAttributes, useRef } from 'react';
import { flushSync } from 'react-dom';
import { useWords } from '../i18n/use-words';
import { EditIcon } from '../icons';
import type { Question } from '../state/chat';
import { BranchSwitch } from './branch-switch';
import { CopyButton } from './copy-button';
import { MessageFiles } from './message-files';
import { QuestionEditor } from './question-editor';
import { ToolButton } from './tool-button';
import { useEdit } from './use-draft';

interface QuestionMessageProps {
  question: Question;
  place: AriaAttributes;
}

export function QuestionMessage({ question, place }: QuestionMessageProps) {
  const words = useWords().chat;
  const editButton = useRef<HTMLButtonElement>(null);
  const edit = useEdit(question.id);
  const stopEditing = () => {
    flushSync(() => edit.write(null));
    editButton.current?.focus();
  };
  return (
    <article className="message message-question" aria-label={words.you} data-edited={edit.text !== null} {...place}>
      {question.files.length > 0 && <MessageFiles key={question.id} files={question.files} />}
      {edit.text !== null ? (
        <QuestionEditor question={question} text={edit.text} onChange={edit.write} onDone={stopEditing} />
      ) : (
        <>
          {question.text !== '' && <p className="question-text">{question.text}</p>}
          <div className="message-tools">
            <CopyButton key={question.id} text={question.text} />
            <ToolButton
              ref={editButton}
              name={words.edit}
              icon={<EditIcon />}
              onClick={() => edit.write(question.text)}
            />
            <BranchSwitch entry={question} />
          </div>
        </>
      )}
    </article>
  );
}
