import { formatRate } from '../../ui/format';
import { useWords } from '../i18n/use-words';
import { RefreshIcon } from '../icons';
import { useAppState, useChats } from '../session-context';
import type { Answer, AnswerStatus } from '../state/chat';
import { BranchSwitch } from './branch-switch';
import { CopyButton } from './copy-button';
import { focusConversation, ToolButton } from './tool-button';
import { useCanAnswer } from './use-can-answer';

interface AnswerFootProps {
  answer: Answer;
  status: Exclude<AnswerStatus, 'streaming'>;
  isLast: boolean;
}

/** What can be done with an answer, how it ended and what it took. */
export function AnswerFoot({ answer, status, isLast }: AnswerFootProps) {
  const words = useWords().chat;
  const chats = useChats();
  const canAnswer = useCanAnswer();
  const regenerate = (button: HTMLElement) => {
    focusConversation(button);
    void chats.regenerate(answer.id);
  };
  return (
    <footer className="message-foot">
      <AnswerNotes {...{ answer, status }} />
      <div className="message-tools">
        {answer.text !== '' && <CopyButton key={answer.id} text={answer.text} />}
        <ToolButton name={words.regenerate} icon={<RefreshIcon />} disabled={!canAnswer} onClick={regenerate} />
        <BranchSwitch entry={answer} />
      </div>
      {isLast && status !== 'done' && answer.text !== '' && <GoOnButton />}
    </footer>
  );
}

/** An answer that was cut goes on where it ended. Only here: a server would begin anew. */
function GoOnButton() {
  const words = useWords().chat;
  const chats = useChats();
  const canAnswer = useCanAnswer();
  const isHere = useAppState((state) => state.model.server === null);
  if (!isHere) return null;
  return (
    <button
      type="button"
      className="button button-outline button-go-on"
      disabled={!canAnswer}
      onClick={({ currentTarget }) => {
        focusConversation(currentTarget);
        void chats.goOn();
      }}
    >
      {words.goOn}
    </button>
  );
}

function AnswerNotes({ answer: { figures, by }, status }: Pick<AnswerFootProps, 'answer' | 'status'>) {
  const words = useWords().chat;
  const notes = [
    words.endings[status],
    by?.server ? words.from(by.server) : '',
    figures && figures.tokens > 0 ? words.tokens(figures.tokens) : '',
    figures && figures.tokensPerSecond > 0 ? words.rate(formatRate(figures.tokensPerSecond)) : '',
  ].filter(Boolean);
  return <span className="message-notes">{notes.join(' · ')}</span>;
}
