import { memo } from 'react';
import { useAppState } from '../session-context';
import { AuthorNote } from './author-note';
import { AnswerMessage } from './message-answer';
import { QuestionMessage } from './message-question';
import type { OutlineRow } from './outline';

interface MessageRowProps {
  row: OutlineRow;
  index: number;
  count: number;
  measure: (element: HTMLElement | null) => void;
}

/** A message in its place. It looks its text up itself, so that an answer that grows draws its own row alone. */
export const MessageRow = memo(function MessageRow({ row, index, count, measure }: MessageRowProps) {
  const entry = useAppState((state) => state.chat.messages[row.id]);
  const isLast = index === count - 1;
  const place = { 'aria-posinset': index + 1, 'aria-setsize': count };
  return (
    <div className="message-row" data-index={index} data-last={isLast} ref={measure}>
      {row.newAuthor && <AuthorNote author={row.newAuthor} />}
      {entry?.role === 'user' && <QuestionMessage question={entry} place={place} />}
      {entry?.role === 'assistant' && <AnswerMessage answer={entry} isLast={isLast} place={place} />}
    </div>
  );
});
