import { type AriaAttributes, lazy, Suspense } from 'react';
import { useWords } from '../i18n/use-words';
import type { Answer } from '../state/chat';
import { AnswerFoot } from './answer-foot';
import type { Markdown as MarkdownComponent } from './markdown';

/** Half of what the page weighs: it comes while the model loads. */
let Markdown: typeof MarkdownComponent | null = null;
const parser = import('./markdown').then((parsed) => {
  Markdown = parsed.Markdown;
  return { default: Markdown };
});
const LazyMarkdown = lazy(() => parser);

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
      {answer.text === '' && streaming ? <Thinking /> : <AnswerText text={answer.text} growing={streaming} />}
      {answer.status !== 'streaming' && <AnswerFoot {...{ answer, isLast }} status={answer.status} />}
    </article>
  );
}

/** As it came, until the parser is there. */
function AnswerText(props: { text: string; growing: boolean }) {
  if (Markdown) return <Markdown {...props} />;
  return (
    <Suspense fallback={<div className="prose prose-plain">{props.text}</div>}>
      <LazyMarkdown {...props} />
    </Suspense>
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
