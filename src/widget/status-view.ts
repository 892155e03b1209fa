import { html, type TemplateResult } from 'lit';
import type { LoadProgress } from '../protocol/engine';
import type { ErrorCode, ErrorData } from '../protocol/errors';
import { formatBytes, formatSeconds } from '../ui/format';
import type { PanelActions } from './panel-view';
import type { Strings } from './strings';

/** What the download takes, and whether to begin it. */
export function askView(
  strings: Strings,
  model: string,
  bytes: number,
  { agree, cancelLoad }: Pick<PanelActions, 'agree' | 'cancelLoad'>,
): TemplateResult {
  return html`<div class="box" part="box ask" role="alert">
    <p class="text"><strong>${strings.ask(model, formatBytes(bytes))}</strong> ${strings.askHint}</p>
    <div class="actions">
      <button type="button" class="primary" part="button download" @click=${agree}>${strings.download}</button>
      <button type="button" part="button" @click=${cancelLoad}>${strings.notNow}</button>
    </div>
  </div>`;
}

export function loadView(strings: Strings, progress: LoadProgress | null, cancel: () => void): TemplateResult {
  return html`<div class="box" part="box loading">
    <div class="text">
      <progress part="progress" aria-label=${strings.loading} max="1" .value=${progress?.progress ?? 0}></progress>
      <p class="figures">${progress ? progressLine(strings, progress) : strings.loading}</p>
    </div>
    <button type="button" class="outline" part="button cancel" @click=${cancel}>${strings.cancel}</button>
  </div>`;
}

/** Phase, bytes and seconds left as one line, as the app has it. */
function progressLine(strings: Strings, { phase, loadedBytes, totalBytes, secondsLeft }: LoadProgress): string {
  const parts = [strings.phases[phase]];
  if ((phase === 'download' || phase === 'weights') && totalBytes > 0)
    parts.push(strings.share(loadedBytes, totalBytes));
  if (secondsLeft !== null && secondsLeft > 0) parts.push(strings.secondsLeft(formatSeconds(secondsLeft)));
  return parts.join(' · ');
}

/** What failed, in the widget's language, and what to do, in the engine's own words. */
export function errorView(
  strings: Strings,
  error: ErrorData,
  { retry, startAnew }: Pick<PanelActions, 'retry' | 'startAnew'>,
): TemplateResult {
  const isTooLong = error.code === 'context-overflow';
  const [label, act] = isTooLong ? [strings.newChat, startAnew] : [strings.retry, retry];
  return html`<div class="box error" part="box error" role="alert" data-code=${error.code}>
    <p class="text"><strong>${titleOf(strings, error.code)}</strong> <span lang="en">${error.message}. ${error.hint}</span></p>
    <button type="button" class="outline" part="button retry" @click=${act}>${label}</button>
  </div>`;
}

export function noticeView(strings: Strings, notice: ErrorData, dismiss: () => void): TemplateResult {
  const isStorage = notice.code === 'storage-failed' || notice.code === 'storage-full';
  return html`<div class="box" part="box notice" role="status" data-code=${notice.code}>
    <p class="text">
      ${isStorage ? strings.memoryOnly : html`<span lang="en">${notice.message}. ${notice.hint}</span>`}
    </p>
    <button type="button" class="outline" part="button" @click=${dismiss}>${strings.dismiss}</button>
  </div>`;
}

function titleOf(strings: Strings, code: ErrorCode): string {
  switch (code) {
    case 'webgpu-unavailable':
    case 'adapter-unsupported':
      return strings.cannotRun;
    case 'model-not-found':
      return strings.notFound;
    case 'network-failed':
      return strings.offline;
    case 'context-overflow':
      return strings.tooLong;
    default:
      return strings.failed;
  }
}
