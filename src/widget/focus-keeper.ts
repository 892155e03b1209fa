import type { ReactiveController, ReactiveElement } from 'lit';

/** Where what has the focus goes away or is switched off, as a button does that has been pressed, another element takes it: the focus is never nowhere. */
export class FocusKeeper implements ReactiveController {
  readonly #host: ReactiveElement;
  readonly #heir: () => HTMLElement | null;
  #focused: Element | null = null;

  constructor(host: ReactiveElement, heir: () => HTMLElement | null) {
    this.#host = host;
    this.#heir = heir;
  }

  hostUpdate(): void {
    this.#focused = this.#host.shadowRoot?.activeElement ?? null;
  }

  hostUpdated(): void {
    const focused = this.#focused;
    if (focused && (!focused.isConnected || focused.matches(':disabled'))) this.#heir()?.focus({ preventScroll: true });
  }
}
