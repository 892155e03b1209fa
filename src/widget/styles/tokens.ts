import { css } from 'lit';

/** The app's colours and sizes (src/app/styles/tokens.css), each of the page's to replace by a custom property of the element. */
export const tokens = css`
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
