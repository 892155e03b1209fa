import { html, svg, type TemplateResult } from 'lit';

/** Line icons on a 20 px grid, as the app's. They are decoration: the words beside them carry the meaning. */
const icon = (shape: TemplateResult<2>): TemplateResult =>
  html`<svg class="icon" viewBox="0 0 20 20" aria-hidden="true">${shape}</svg>`;

export const sendIcon = icon(svg`<path d="M10 16V4M5 9l5-5 5 5" />`);
export const stopIcon = icon(svg`<rect x="5.5" y="5.5" width="9" height="9" rx="1.5" fill="currentColor" />`);
export const latestIcon = icon(svg`<path d="M10 4v12m5-5-5 5-5-5" />`);
export const newChatIcon = icon(svg`<path d="M10 4v12M4 10h12" />`);
