import { css } from 'lit';

export const layout = css`
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
