import type { AriaAttributes } from 'react';
import { useWords } from '../i18n/use-words';
import type { Answer } from '../state/chat';
import { AnswerFoot } from './answer-foot';
import { AnswerText } from './answer-text';

interface AnswerMessageProps {
  answer: Answer;
  isLast: boolean;
  place: AriaAttributes;
}

export function AnswerMessage({ answer, isLast, place }: AnswerMessageProps) {
  const words = useWords().chat;
  const streaming = answer.status === 'streaming';
  return (
    <article
      className="message message-answer"
      aria-label={words.answer}
      aria-busy={streaming}
      data-status={answer.status}
      {...place}
    >
      {answer.forgotten > 0 && <p className="message-aside">{words.forgotten(answer.forgotten)}</p>}
      {answer.text === '' && streaming ? <Thinking /> : <AnswerText answer={answer} />}
      {answer.status !== 'streaming' && <AnswerFoot {...{ answer, isLast }} status={answer.status} />}
    </article>
  );
}

function Thinking() {
  const words = useWords().chat;
  return (
    <p className="thinking">
      <span className="sr-only">{words.reading}</span>
      <i />
      <i />
      <i />
    </p>
  );
}
