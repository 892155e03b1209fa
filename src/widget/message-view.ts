import { html, nothing, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import type { Entry } from './messages';
import type { Strings } from './strings';

/** Makes a template of an answer's Markdown; null until it is loaded. */
export type RenderText = ((text: string) => unknown) | null;

export function messageView(entry: Entry, strings: Strings, renderText: RenderText): TemplateResult {
  return entry.role === 'user' ? questionView(entry, strings) : answerView(entry, strings, renderText);
}

/** What is said is in whatever language: an empty `lang` says so. */
function questionView({ text }: Entry, strings: Strings): TemplateResult {
  return html`<article class="question" part="message question" aria-label=${strings.you}><span lang="">${text}</span></article>`;
}

function answerView(entry: Entry, strings: Strings, renderText: RenderText): TemplateResult {
  const { text, status, forgotten } = entry;
  const isOpen = status === 'waiting' || status === 'streaming';
  const ending = { done: '', length: strings.tokenLimit, stopped: strings.stopped, failed: strings.brokenOff };
  return html`<article part="message answer" aria-label=${strings.answer} aria-busy=${isOpen} data-status=${status}>
    ${forgotten > 0 ? html`<p class="aside">${strings.forgotten(forgotten)}</p>` : nothing}
    ${status === 'waiting' ? thinkingView(strings) : guard([text, renderText], () => textView(text, renderText))}
    ${isOpen || ending[status] === '' ? nothing : html`<p class="ending">${ending[status]}</p>`}
  </article>`;
}

function textView(text: string, renderText: RenderText): unknown {
  if (text === '') return nothing;
  if (renderText === null) return html`<div class="prose plain" lang="">${text}</div>`;
  return html`<div class="prose" lang="">${renderText(text)}</div>`;
}

function thinkingView({ thinking }: Strings): TemplateResult {
  return html`<p class="thinking"><span class="sr-only">${thinking}</span><i></i><i></i><i></i></p>`;
}
