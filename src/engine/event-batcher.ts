import type { EngineEvent } from '../protocol/engine';

const FRAME_MS = 16;

type Event<T extends EngineEvent['type']> = Extract<EngineEvent, { type: T }>;

/**
 * Hands engine events to listeners. What comes many times a frame goes out once: of residency and paging the latest, of routing what
 * all tokens picked.
 */
export class EventBatcher {
  readonly #listeners: ((event: EngineEvent) => void)[] = [];
  #residency: Event<'residency'> | null = null;
  #paging: Event<'paging'> | null = null;
  #routing: Event<'routing'>[] = [];
  #scheduled = false;

  subscribe(listener: (event: EngineEvent) => void): void {
    this.#listeners.push(listener);
  }

  emit(event: EngineEvent): void {
    switch (event.type) {
      case 'residency':
        this.#residency = event;
        break;
      case 'paging':
        this.#paging = event;
        break;
      case 'routing':
        this.#addRouting(event);
        break;
      default:
        this.#send(event);
        return;
    }
    if (!this.#scheduled) setTimeout(() => this.#flush(), FRAME_MS);
    this.#scheduled = true;
  }

  #addRouting(event: Event<'routing'>): void {
    const last = this.#routing.at(-1);
    if (last?.requestId !== event.requestId) {
      this.#routing.push(event);
      return;
    }
    const picks = [...last.picks, ...event.picks];
    const weights = [...last.weights, ...event.weights];
    this.#routing[this.#routing.length - 1] = { ...last, picks, weights };
  }

  #flush(): void {
    const [residency, paging, routing] = [this.#residency, this.#paging, this.#routing];
    [this.#residency, this.#paging, this.#routing, this.#scheduled] = [null, null, [], false];
    for (const event of routing) this.#send(event);
    if (paging) this.#send(paging);
    if (residency) this.#send({ ...residency, states: residency.states.slice() });
  }

  #send(event: EngineEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
