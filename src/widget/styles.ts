import { css } from 'lit';

/** The app's colours and sizes (src/app/styles/tokens.css), each of the page's to replace by a custom property of the element. */
const tokens = css`
  :host {
    --surface: var(--mixtab-background, light-dark(#ffffff, #1c1e1d));
    --ink: var(--mixtab-color, light-dark(#1d1f1e, #eceeec));
    --ink-muted: var(--mixtab-muted-color, light-dark(#5f625f, #a3a9a5));
    --line: var(--mixtab-line-color, light-dark(#e2dfd7, #323635));
    --line-strong: color-mix(in oklab, var(--ink-muted) 75%, var(--surface));
    --sunken: color-mix(in oklab, var(--ink) 5%, var(--surface));
    --accent: var(--mixtab-accent, light-dark(#12594e, #7fd6c2));
    --accent-ink: var(--mixtab-accent-color, light-dark(#ffffff, #0c2621));
    --accent-soft: color-mix(in oklab, var(--accent) 14%, var(--surface));
    --danger: light-dark(#a3271d, #ff9b90);
    --danger-soft: color-mix(in oklab, var(--danger) 10%, var(--surface));
    --radius: var(--mixtab-radius, 0.875rem);
    --radius-s: min(var(--radius), 0.5rem);
    --text-s: 0.8667em;
    --mono: ui-monospace, "SF Mono", "Cascadia Code", "Liberation Mono", monospace;
  }

  :host([theme="light"]) {
    color-scheme: light;
  }

  :host([theme="dark"]) {
    color-scheme: dark;
  }
`;

const layout = css`
  :host {
    display: block;
    height: var(--mixtab-height, 32rem);
    min-height: 16rem;
    font: 400 var(--mixtab-font-size, 0.9375rem) / 1.55
      var(--mixtab-font, ui-sans-serif, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", system-ui, sans-serif);
    color: var(--ink);
    text-align: start;
  }

  :host([hidden]) {
    display: none;
  }

  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }

  h2,
  p,
  ul,
  ol {
    margin: 0;
  }

  button,
  textarea {
    font: inherit;
    color: inherit;
  }

  :focus-visible {
    outline: 2px solid var(--accent);
    outline-offset: 2px;
  }

  .panel {
    display: flex;
    flex-direction: column;
    height: 100%;
    overflow: clip;
    border: 1px solid var(--line);
    border-radius: var(--radius);
    background: var(--surface);
  }

  .header {
    display: flex;
    align-items: center;
    gap: 0.5rem;
    min-height: 3.25rem;
    padding: 0.375rem 0.5rem 0.375rem 1rem;
    border-bottom: 1px solid var(--line);
  }

  h2 {
    min-width: 0;
    margin-right: auto;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    font-size: 1.0667em;
    font-weight: 650;
    letter-spacing: -0.01em;
  }

  .middle {
    position: relative;
    flex: 1;
    min-height: 0;
  }

  .messages {
    display: flex;
    flex-direction: column;
    gap: 1.25rem;
    height: 100%;
    padding: 1.25rem 1rem;
    overflow-y: auto;
    overscroll-behavior: contain;
  }

  .messages:focus-visible {
    outline-offset: -3px;
  }

  .empty {
    margin-block: auto;
    text-wrap: pretty;
  }

  .empty .detail {
    color: var(--ink-muted);
  }

  .empty .lead {
    margin-bottom: 0.375rem;
    font-size: 1.4em;
    font-weight: 600;
    letter-spacing: -0.02em;
    line-height: 1.2;
  }

  .foot {
    display: flex;
    flex-direction: column;
    gap: 0.5rem;
    padding: 0 0.75rem 0.625rem;
  }

  .origin {
    padding-inline: 0.9375rem;
    color: var(--ink-muted);
    font-size: var(--text-s);
    line-height: 1.35;
    overflow-wrap: anywhere;
  }

  ::slotted([slot="footer"]) {
    display: block;
    padding-inline: 0.9375rem;
    color: var(--ink-muted);
    font-size: var(--text-s);
    line-height: 1.35;
  }

  .sr-only {
    position: absolute;
    width: 1px;
    height: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
`;

const controls = css`
  .icon {
    width: 1.25rem;
    height: 1.25rem;
    flex: none;
    fill: none;
    stroke: currentColor;
    stroke-width: 1.6;
    stroke-linecap: round;
    stroke-linejoin: round;
  }

  button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 0.4rem;
    min-width: 2.5rem;
    min-height: 2.5rem;
    padding: 0 0.75rem;
    border: 1px solid transparent;
    border-radius: var(--radius-s);
    background: none;
    font-size: var(--text-s);
    font-weight: 500;
    white-space: nowrap;
    cursor: pointer;
  }

  button:hover:not(:disabled) {
    background: var(--sunken);
  }

  button:disabled {
    opacity: 0.45;
    cursor: default;
  }

  button.outline {
    border-color: var(--line-strong);
    background: var(--surface);
  }

  button.primary,
  button.primary:hover:not(:disabled) {
    background: var(--accent);
    color: var(--accent-ink);
  }

  button.round {
    flex: none;
    padding: 0;
    border-radius: 50%;
  }

  button.stop,
  button.stop:hover {
    background: var(--accent-soft);
  }

  button.float {
    position: absolute;
    bottom: 0.625rem;
    left: 50%;
    translate: -50%;
    border-color: var(--line);
    border-radius: 1.375rem;
    background: var(--surface);
    box-shadow: 0 2px 12px light-dark(#0000001f, #0006);
  }

  .composer {
    display: flex;
    align-items: flex-end;
    gap: 0.5rem;
    padding: 0.375rem;
    border: 1px solid var(--line-strong);
    border-radius: calc(var(--radius) + 0.375rem);
    background: var(--surface);
  }

  .composer:focus-within {
    border-color: var(--accent);
    outline: 1px solid var(--accent);
  }

  textarea {
    flex: 1;
    min-width: 0;
    min-height: 2.5rem;
    max-height: 9rem;
    padding: 0.45rem 0.5rem;
    border: 0;
    background: none;
    field-sizing: content;
    resize: none;
    /* Under 16 px, iOS zooms the page in when the box is tapped. */
    font-size: max(1rem, 16px);
  }

  textarea:focus-visible {
    outline: none;
  }

  ::placeholder {
    color: var(--ink-muted);
    opacity: 1;
  }

  .box {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.5rem 0.75rem;
    padding: 0.625rem 0.875rem;
    border: 1px solid var(--line);
    border-radius: var(--radius);
    background: var(--sunken);
    font-size: var(--text-s);
    line-height: 1.45;
  }

  .box button {
    font-size: inherit;
  }

  .box > .text {
    flex: 1 1 13rem;
    min-width: 0;
    overflow-wrap: anywhere;
    text-wrap: pretty;
  }

  .box strong {
    display: block;
    font-weight: 600;
  }

  .box.error {
    border-color: var(--danger);
    background: var(--danger-soft);
  }

  .box .actions {
    display: flex;
    gap: 0.5rem;
  }

  progress {
    appearance: none;
    display: block;
    width: 100%;
    height: 0.375rem;
    margin-bottom: 0.375rem;
    border: 0;
    border-radius: 1rem;
    overflow: hidden;
    background: var(--line);
    color: var(--accent);
  }

  progress::-webkit-progress-bar {
    background: var(--line);
  }

  progress::-webkit-progress-value {
    background: var(--accent);
    border-radius: 1rem;
  }

  progress::-moz-progress-bar {
    background: var(--accent);
  }

  .figures {
    font-variant-numeric: tabular-nums;
  }

  @media (prefers-reduced-motion: no-preference) {
    button {
      transition: background-color 120ms;
    }

    progress::-webkit-progress-value {
      transition: width 120ms linear;
    }
  }
`;

const messages = css`
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

export const styles = [tokens, layout, controls, messages];
