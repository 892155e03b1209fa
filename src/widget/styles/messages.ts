import { css } from 'lit';

export const messages = css`
  .question {
    align-self: flex-end;
    max-width: 85%;
    padding: 0.5rem 0.875rem;
    border-radius: calc(var(--radius) + 0.25rem) calc(var(--radius) + 0.25rem) 0.25rem;
    background: var(--accent-soft);
    overflow-wrap: anywhere;
    white-space: pre-wrap;
  }

  .aside {
    margin-bottom: 0.625rem;
    padding-left: 0.75rem;
    border-left: 2px solid var(--line-strong);
    color: var(--ink-muted);
    font-size: var(--text-s);
  }

  .ending {
    margin-top: 0.375rem;
    color: var(--ink-muted);
    font-size: var(--text-s);
  }

  .prose {
    line-height: 1.6;
    overflow-wrap: anywhere;
    text-wrap: pretty;
  }

  .prose > * + * {
    margin-top: 0.75em;
  }

  /* A model's line breaks mean something: verses, speakers of a scene. */
  .prose p,
  .prose.plain {
    white-space: pre-line;
  }

  .prose .heading {
    font-weight: 650;
  }

  .prose :is(ul, ol) {
    padding-left: 1.4em;
  }

  .prose a {
    color: var(--accent);
    text-underline-offset: 0.15em;
  }

  .prose blockquote {
    margin-inline: 0;
    margin-bottom: 0;
    padding-left: 0.875rem;
    border-left: 3px solid var(--line);
    color: var(--ink-muted);
  }

  .prose :is(code, pre) {
    font-family: var(--mono);
    font-size: 0.9em;
  }

  .prose :not(pre) > code {
    padding: 0.1em 0.35em;
    border-radius: 0.3em;
    background: var(--sunken);
  }

  .prose pre {
    margin-bottom: 0;
    padding: 0.75rem 0.875rem;
    border-radius: var(--radius-s);
    background: var(--sunken);
    overflow-x: auto;
  }

  .prose pre code {
    font-size: inherit;
  }

  .prose hr {
    border: 0;
    border-top: 1px solid var(--line);
  }

  .prose .table-scroll {
    overflow-x: auto;
  }

  .prose table {
    border-collapse: collapse;
  }

  .prose :is(th, td) {
    padding: 0.375rem 0.625rem;
    border: 1px solid var(--line);
    text-align: start;
  }

  .thinking {
    display: flex;
    gap: 0.35rem;
    padding-block: 0.5rem;
  }

  .thinking i {
    width: 0.45rem;
    height: 0.45rem;
    border-radius: 50%;
    background: var(--ink-muted);
    opacity: 0.6;
  }

  @media (prefers-reduced-motion: no-preference) {
    .thinking i {
      animation: thinking 1.2s infinite;
    }

    .thinking i:nth-of-type(2) {
      animation-delay: 0.15s;
    }

    .thinking i:nth-of-type(3) {
      animation-delay: 0.3s;
    }
  }

  @keyframes thinking {
    0%,
    60%,
    100% {
      opacity: 0.25;
    }
    30% {
      opacity: 1;
    }
  }
`;
