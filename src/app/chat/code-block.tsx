import { memo, useMemo } from 'react';
import '../styles/code.css';
import { useWords } from '../i18n/use-words';
import { CopyButton } from './copy-button';
import type { CodePiece } from './highlighter';
import { LazyModule, useLazyModule } from './lazy-module';

const HIGHLIGHTER = new LazyModule(() => import('./highlighter'));

/** Longer code than this stays plain: to colour it would hold up the page, characters. */
const MOST_COLOURED = 20_000;

interface CodeBlockProps {
  /** As the fence names it; empty where it does not. */
  language: string;
  code: string;
}

export const CodeBlock = memo(function CodeBlock({ language, code }: CodeBlockProps) {
  const words = useWords();
  const highlighter = useLazyModule(HIGHLIGHTER, language !== '');
  const pieces = useMemo(() => {
    if (!highlighter || code.length > MOST_COLOURED) return null;
    return highlighter.highlight(code, language.toLowerCase());
  }, [highlighter, code, language]);
  return (
    <figure className="code-block">
      <figcaption className="code-head">
        <span>{language || words.chat.code}</span>
        <CopyButton text={code} name={words.chat.copyCode} />
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <pre tabIndex={0}>
        <code>{pieces ? drawn(pieces) : code}</code>
      </pre>
    </figure>
  );
});

function drawn(pieces: readonly CodePiece[]) {
  return pieces.map((piece, index) =>
    typeof piece === 'string' ? (
      piece
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: pieces have no other name, and no state
      <span key={index} className={piece.className}>
        {drawn(piece.children)}
      </span>
    ),
  );
}
