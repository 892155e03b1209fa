import { lazy, memo, Suspense } from 'react';
import { formatRate } from '../../ui/format';
import { RefreshIcon } from '../icons';
import { useAppState, useChats } from '../session-context';
import type { Answer, Entry } from '../state/chat';
import { CopyButton } from './copy-button';
import type { Markdown as MarkdownComponent } from './markdown';

/** Half of what the page weighs: it comes while the model loads. */
let Markdown: typeof MarkdownComponent | null = null;
const parser = import('./markdown').then((parsed) => {
  Markdown = parsed.Markdown;
  return { default: Markdown };
});
const LazyMarkdown = lazy(() => parser);

export function Message({ entry, isLast }: { entry: Entry; isLast: boolean }) {
  switch (entry.role) {
    case 'user':
      return <QuestionMessage text={entry.text} />;
    case 'assistant':
      return <AnswerMessage answer={entry} isLast={isLast} />;
  }
}

const QuestionMessage = memo(function QuestionMessage({ text }: { text: string }) {
  return (
    <article className="message message-question" aria-label="You">
      <p>{text}</p>
    </article>
  );
});

/** Drawn anew only when its own answer changes: the chat keeps the identity of all others. */
const AnswerMessage = memo(function AnswerMessage({ answer, isLast }: { answer: Answer; isLast: boolean }) {
  const streaming = answer.status === 'streaming';
  return (
    <article className="message message-answer" aria-label="Answer" aria-busy={streaming} data-status={answer.status}>
      {answer.forgotten > 0 && (
        <p className="message-aside">
          The chat is longer than the model's memory: it read all but the first {answer.forgotten} messages.
        </p>
      )}
      {answer.text === '' && streaming ? <Thinking /> : <AnswerText text={answer.text} />}
      {!streaming && <AnswerFoot answer={answer} isLast={isLast} />}
    </article>
  );
});

/** As it came, until the parser is there. */
function AnswerText({ text }: { text: string }) {
  if (Markdown) return <Markdown text={text} />;
  return (
    <Suspense fallback={<div className="prose prose-plain">{text}</div>}>
      <LazyMarkdown text={text} />
    </Suspense>
  );
}

function Thinking() {
  return (
    <p className="thinking">
      <span className="sr-only">Reading the prompt</span>
      <i />
      <i />
      <i />
    </p>
  );
}

const ENDINGS = {
  done: '',
  length: 'Token limit reached',
  stopped: 'Stopped',
  failed: 'Broken off',
  interrupted: 'Interrupted',
} as const;

function AnswerFoot({ answer, isLast }: { answer: Answer; isLast: boolean }) {
  const chats = useChats();
  const ready = useAppState((state) => state.model.status === 'ready');
  const { figures, status, by } = answer;
  if (status === 'streaming') return null;
  const notes = [
    ENDINGS[status],
    by?.server ? `from ${by.server}` : '',
    figures && figures.tokens > 0 ? `${figures.tokens} tokens` : '',
    figures && figures.tokensPerSecond > 0 ? `${formatRate(figures.tokensPerSecond)} tok/s` : '',
  ].filter(Boolean);
  return (
    <footer className="message-foot">
      {answer.text !== '' && <CopyButton text={answer.text} />}
      {isLast && (
        <button
          type="button"
          className="button button-quiet"
          disabled={!ready}
          onClick={() => void chats.regenerate(answer.id)}
        >
          <RefreshIcon /> Regenerate
        </button>
      )}
      <span className="message-notes">{notes.join(' · ')}</span>
    </footer>
  );
}
