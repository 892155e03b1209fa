import type { AnswerRoute } from '../router/answer-route';
import type { Session } from '../session';
import { type Conversation, type Entry, isStreaming } from '../state/chat';
import type { ConversationStore } from './conversation-store';

/** While an answer streams it is stored so often, ms: a tab that is closed loses no more than that. */
const STREAMING_EVERY_MS = 400;

export interface KeeperOptions {
  session: Session;
  kept: ConversationStore | null;
  onKept: (conversation: Conversation) => void;
  /** Told how each writing went: null where it went well. */
  onOutcome: (error: unknown) => void;
}

/**
 * Stores the conversation that is shown as it changes: at once, and of an answer that streams a few times a second. What is unchanged keeps
 * its identity, so what has to be written is seen by comparing with what was written last.
 */
export class Keeper {
  readonly #options: KeeperOptions;
  #written: { conversation: Conversation; messages: Readonly<Record<string, Entry>> } | null = null;
  /** What was there at the last change: what could not be stored waits for the next one, or for {@link flush}. */
  #seen: { conversation: Conversation; messages: Readonly<Record<string, Entry>> } | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #writing: Promise<void> = Promise.resolve();
  #opening = false;

  constructor(options: KeeperOptions) {
    this.#options = options;
    options.session.store.subscribe(() => this.#changed());
  }

  /** Shows another conversation, by `show`: as it is stored, or a new one. */
  open(show: () => void): void {
    this.#written = null;
    this.#opening = true;
    show();
    this.#opening = false;
    const { conversation, messages } = this.#chat;
    this.#written = { conversation, messages };
  }

  /** Resolves when all that there is now is stored, or could not be. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const { kept, onKept, onOutcome, session } = this.#options;
    const { conversation, messages } = this.#chat;
    const written = this.#written;
    const changed = Object.values(messages).filter((entry) => written?.messages[entry.id] !== entry);
    const isEmpty = conversation.leaf === null;
    if (!kept || isEmpty || (changed.length === 0 && written?.conversation === conversation)) return this.#writing;
    this.#written = { conversation, messages };
    const routes = new Map(
      changed.flatMap((entry) => {
        const route = session.routes.of(entry.id);
        return route ? [[entry.id, copyOf(route)] as const] : [];
      }),
    );
    this.#writing = this.#writing.then(async () => {
      try {
        await kept.write({ conversation, messages: changed, routes });
        onKept(conversation);
        onOutcome(null);
      } catch (error) {
        if (this.#written?.conversation.id === conversation.id) this.#written = null; // All of it is tried again.
        onOutcome(error);
      }
    });
    return this.#writing;
  }

  #changed(): void {
    if (this.#opening) return;
    const { conversation, messages } = this.#chat;
    if (messages === this.#seen?.messages && conversation === this.#seen.conversation) return;
    this.#seen = { conversation, messages };
    if (messages === this.#written?.messages && conversation === this.#written.conversation) return;
    if (isStreaming(this.#chat)) this.#timer ??= setTimeout(() => void this.flush(), STREAMING_EVERY_MS);
    else void this.flush();
  }

  get #chat() {
    return this.#options.session.store.getState().chat;
  }
}

/** Arrays of their own length: storing a view stores all that lies behind it. */
function copyOf(route: AnswerRoute): AnswerRoute {
  return { ...route, picks: route.picks.slice(), weights: route.weights.slice() };
}
