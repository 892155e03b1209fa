import { css } from 'lit';

export const controls = css`
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
