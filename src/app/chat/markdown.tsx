import { isValidElement, memo, type ReactNode } from 'react';
import ReactMarkdown, { type Components } from 'react-markdown';
import remarkGfm from 'remark-gfm';
import { useWords } from '../i18n/use-words';
import { CodeBlock } from './code-block';
import { LazyModule, useLazyModule } from './lazy-module';
import { splitBlocks } from './markdown-blocks';
import { mayHoldMaths, withDollars } from './maths-text';

/** A model's links may lead anywhere: they open beside the chat and learn nothing of it. Pictures would phone home. */
const COMPONENTS: Components = {
  a: ({ href, children }) => (
    <a href={href} target="_blank" rel="noopener noreferrer">
      {children}
    </a>
  ),
  img: ({ alt, src }) => (
    <a href={typeof src === 'string' ? src : undefined} target="_blank" rel="noopener noreferrer">
      {alt || <PictureWord />}
    </a>
  ),
  table: ({ children }) => (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <div className="table-scroll" tabIndex={0}>
      <table>{children}</table>
    </div>
  ),
  input: ({ checked }) => <TaskBox isDone={checked === true} />,
  pre: ({ children }) => <CodeBlock {...codeOf(children)} />,
};

const PLUGINS = [remarkGfm];
const MATHS = new LazyModule(() => import('./markdown-maths'));

/** What defines a link or a footnote concerns the whole text. */
const DEFINITION = /^ {0,3}\[[^\]]+\]:/m;

/**
 * Answers as Markdown. Raw HTML is shown as text (react-markdown's default), dangerous link schemes are dropped. While it grows, only its last
 * block is parsed again.
 */
export const Markdown = memo(function Markdown({ text, growing }: { text: string; growing: boolean }) {
  const blocks = !growing && DEFINITION.test(text) ? [text] : splitBlocks(text);
  return (
    <div className="prose">
      {blocks.map((block, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: blocks come at the end, those before stay what they are
        <Block key={index} text={block} />
      ))}
    </div>
  );
});

const Block = memo(function Block({ text }: { text: string }) {
  const maths = useLazyModule(MATHS, mayHoldMaths(text));
  return (
    <ReactMarkdown
      remarkPlugins={maths ? [...PLUGINS, ...(maths.mathsRemark ?? [])] : PLUGINS}
      rehypePlugins={maths?.mathsRehype ?? null}
      components={COMPONENTS}
    >
      {maths ? withDollars(text) : text}
    </ReactMarkdown>
  );
});

function TaskBox({ isDone }: { isDone: boolean }) {
  const words = useWords().chat;
  return <input type="checkbox" disabled checked={isDone} aria-label={isDone ? words.taskDone : words.taskOpen} />;
}

function PictureWord() {
  return useWords().chat.picture;
}

/** What a fence holds, by the one `code` that react-markdown puts into its `pre`. */
function codeOf(children: ReactNode): { language: string; code: string } {
  if (!isValidElement<{ className?: string; children?: ReactNode }>(children)) return { language: '', code: '' };
  const { className = '', children: code } = children.props;
  const [, language = ''] = /language-(\S+)/.exec(className) ?? [];
  return { language, code: typeof code === 'string' ? code.replace(/\n$/, '') : '' };
}
