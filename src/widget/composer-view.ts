import { html, type TemplateResult } from 'lit';
import { sendIcon, stopIcon } from './icons';
import type { Strings } from './strings';

interface ComposerActions {
  send(text: string): void;
  stop(): void;
}

/** No form: a sandboxed frame may not submit one. One button for both, so that it keeps the focus when its meaning changes. */
export function composerView(
  strings: Strings,
  placeholder: string,
  isBusy: boolean,
  { send, stop }: ComposerActions,
): TemplateResult {
  const submit = ({ currentTarget }: Event): void => {
    const box = (currentTarget as Element).closest('.composer')?.querySelector('textarea');
    if (!box || isBusy || box.value.trim() === '') return;
    const text = box.value;
    box.value = '';
    send(text);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    // While an input method composes, Enter picks a candidate.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    submit(event);
  };
  return html`<div class="composer" part="composer">
    <textarea part="input" rows="1" aria-label=${strings.message} placeholder=${placeholder} @keydown=${onKeyDown}></textarea>
    <button type="button" class="round ${isBusy ? 'stop' : 'primary'}" part="button ${isBusy ? 'stop' : 'send'}"
      @click=${isBusy ? stop : submit}>
      ${isBusy ? stopIcon : sendIcon}<span class="sr-only">${isBusy ? strings.stop : strings.send}</span>
    </button>
  </div>`;
}
