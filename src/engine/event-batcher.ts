import type { EngineEvent } from '../protocol/engine';

const FRAME_MS = 16;

/** Hands engine events to listeners; of residency, which changes with every expert, only the latest of a frame. */
export class EventBatcher {
  readonly #listeners: ((event: EngineEvent) => void)[] = [];
  #residency: Extract<EngineEvent, { type: 'residency' }> | null = null;

  subscribe(listener: (event: EngineEvent) => void): void {
    this.#listeners.push(listener);
  }

  emit(event: EngineEvent): void {
    if (event.type !== 'residency') {
      this.#send(event);
      return;
    }
    if (this.#residency === null) setTimeout(() => this.#flush(), FRAME_MS);
    this.#residency = event;
  }

  #flush(): void {
    const latest = this.#residency;
    this.#residency = null;
    if (latest) this.#send({ ...latest, states: latest.states.slice() });
  }

  #send(event: EngineEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
