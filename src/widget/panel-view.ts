import { html, nothing, type TemplateResult } from 'lit';
import type { ErrorData } from '../protocol/errors';
import { composerView } from './composer-view';
import type { Source } from './engine-slot';
import type { FollowEnd } from './follow-end';
import { latestIcon, newChatIcon } from './icons';
import { messageView, type RenderText } from './message-view';
import type { Entry } from './messages';
import type { LoadState } from './shared-engine';
import { askView, errorView, loadView, noticeView } from './status-view';
import type { Strings } from './strings';

/** All that the panel shows. */
export interface Panel {
  strings: Strings;
  /** Empty: no header. */
  heading: string;
  placeholder: string;
  entries: readonly Entry[];
  isBusy: boolean;
  engine: LoadState;
  source: Source | null;
  error: ErrorData | null;
  notice: ErrorData | null;
  /** For screen readers. */
  said: string;
  renderText: RenderText;
  end: FollowEnd;
}

/** All that a reader can do in it. */
export interface PanelActions {
  send(text: string): void;
  stop(): void;
  startAnew(): void;
  agree(): void;
  cancelLoad(): void;
  retry(): void;
  dismiss(): void;
  suggest(event: Event): void;
  keyDown(event: KeyboardEvent): void;
}

export function panelView(panel: Panel, actions: PanelActions): TemplateResult {
  const { strings, entries, end } = panel;
  return html`<div class="panel" part="panel" lang=${strings.language} @keydown=${actions.keyDown}>
    <slot name="header">${headerView(panel, actions)}</slot>
    <div class="middle">
      <div class="messages" part="messages" role="log" aria-live="off" tabindex="0" aria-label=${strings.conversation}
        @scroll=${end.scrolled}>
        ${
          entries.length === 0
            ? emptyView(panel, actions)
            : entries.map((entry) => messageView(entry, strings, panel.renderText))
        }
      </div>
      ${end.following ? nothing : latestView(panel)}
    </div>
    <div class="foot">
      ${statusView(panel, actions)}
      ${composerView(strings, panel.placeholder, panel.isBusy, actions)}
      ${originView(panel)}
      <slot name="footer"></slot>
    </div>
    <div class="sr-only" role="status">${panel.said}</div>
  </div>`;
}

function headerView({ strings, heading, entries }: Panel, { startAnew }: PanelActions): unknown {
  if (heading === '') return nothing;
  return html`<div class="header" part="header">
    <h2 part="heading">${heading}</h2>
    <button type="button" part="button new-chat" ?disabled=${entries.length === 0} @click=${startAnew}>
      ${newChatIcon}${strings.newChat}
    </button>
  </div>`;
}

function emptyView({ strings, source }: Panel, { suggest }: PanelActions): TemplateResult {
  const host = source?.host ?? null;
  return html`<div class="empty" part="empty">
    <slot name="empty" @click=${suggest}>
      <p class="lead">${strings.emptyLead}</p>
      <p class="detail">${host === null ? strings.emptyLocal : strings.emptyServer(host)}</p>
    </slot>
  </div>`;
}

function latestView({ strings, end }: Panel): TemplateResult {
  return html`<button type="button" class="float" part="button latest" @click=${end.follow}>${latestIcon}${strings.latest}</button>`;
}

function originView({ strings, source }: Panel): unknown {
  if (!source) return nothing;
  const { model, host } = source;
  return html`<p class="origin" part="origin">
    ${host === null ? strings.onThisDevice(model) : strings.onServer(model, host)}
  </p>`;
}

/** One thing at a time, the most pressing. */
function statusView(panel: Panel, actions: PanelActions): unknown {
  const { strings, engine, source, notice } = panel;
  if (engine.status === 'asking') return askView(strings, source?.model ?? '', engine.bytes, actions);
  if (engine.status === 'loading') return loadView(strings, engine.progress, actions.cancelLoad);
  const error = panel.error ?? (engine.status === 'failed' ? engine.error : null);
  if (error) return errorView(strings, error, actions);
  return notice ? noticeView(strings, notice, actions.dismiss) : nothing;
}
