import { toErrorData } from '../protocol/errors';
import type { ConversationStore } from './conversations/conversation-store';
import { Keeper } from './conversations/keeper';
import type { KeptConversation } from './conversations/parse';
import type { AnswerRoute } from './router/answer-route';
import type { Session } from './session';
import {
  type Answer,
  type AttachedFile,
  type Author,
  type Conversation,
  chatOf,
  type Entry,
  emptyConversation,
  isStreaming,
  type Question,
  tipOf,
} from './state/chat';
import { type ChatListAction, type ChatListState, INITIAL_CHAT_LIST, reduceChatList } from './state/chat-list';
import { createStore, type Store } from './state/store';

export interface ChatsOptions {
  session: Session;
  /** Null where the browser keeps nothing: conversations last as long as the page. */
  kept: ConversationStore | null;
  newId?: () => string;
  now?: () => number;
}

/** The conversations: the one that is shown, and those that are kept. No method rejects; what fails becomes a problem. */
export class Chats {
  readonly list: Store<ChatListState, ChatListAction>;
  readonly #session: Session;
  readonly #kept: ConversationStore | null;
  readonly #keeper: Keeper;
  readonly #newId: () => string;
  readonly #now: () => number;
  /** The conversation that was chosen last. */
  #wanted: string | null = null;

  constructor({ session, kept, newId = () => crypto.randomUUID(), now = Date.now }: ChatsOptions) {
    this.list = createStore(reduceChatList, INITIAL_CHAT_LIST);
    this.#session = session;
    this.#kept = kept;
    this.#newId = newId;
    this.#now = now;
    this.#keeper = new Keeper({
      session,
      kept,
      onKept: (conversation) => this.#listed({ type: 'chats/kept', conversation }),
      onOutcome: (error) => this.#outcome(error),
    });
    kept?.onChange((id) => void this.#changedElsewhere(id));
    this.#begin(this.#empty(), []);
  }

  /** Whether conversations outlive the page. */
  get keeps(): boolean {
    return this.#kept !== null;
  }

  /** Lists what is kept, and shows the conversation of this id where it is. */
  async start(id: string | null): Promise<void> {
    await this.#try(async (kept) => this.#listed({ type: 'chats/listed', conversations: await kept.list() }));
    if (id !== null) await this.open(id);
  }

  async send(text: string, files: readonly AttachedFile[] = []): Promise<void> {
    const question = text.trim();
    if (question === '' && files.length === 0) return;
    await this.#ask(question, files, this.#chat.conversation.leaf);
  }

  /** Asks a question anew in other words: a branch beside the old one, which stays. */
  async edit(questionId: string, text: string): Promise<void> {
    const old = this.#chat.messages[questionId];
    if (old?.role === 'user' && text.trim() !== '') await this.#ask(text.trim(), old.files, old.parent);
  }

  /** Another answer to the same question: a branch beside the old one, which stays. Without an id, of the last. */
  async regenerate(answerId = this.#chat.path.at(-1)?.id): Promise<void> {
    const old = answerId === undefined ? undefined : this.#chat.messages[answerId];
    const by = this.#session.author;
    if (old?.role !== 'assistant' || !by || !this.#session.canAnswer) return;
    const answer = this.#newAnswer(old.parent, by);
    this.#session.store.dispatch({ type: 'chat/added', entries: [answer] });
    await this.#session.answer(answer.id);
  }

  /** Goes on with the last answer, where it was cut. */
  async goOn(): Promise<void> {
    const last = this.#chat.path.at(-1);
    const by = this.#session.author;
    if (last?.role !== 'assistant' || !by || by.server !== null || !this.#session.canAnswer) return;
    this.#session.store.dispatch({ type: 'chat/resumed', answerId: last.id, by });
    await this.#session.answer(last.id);
  }

  /** Shows the branch that a message is on, as far as it goes. */
  showBranch(messageId: string): void {
    if (!isStreaming(this.#chat))
      this.#session.store.dispatch({ type: 'chat/shown', leaf: tipOf(this.#chat, messageId) });
  }

  setSystem(system: string): void {
    this.#session.store.dispatch({ type: 'chat/changed', change: { system } });
  }

  newChat(): void {
    this.#leave();
    this.#begin(this.#empty(), []);
  }

  /** Shows a kept conversation. Where it is gone, the page stays as it is. */
  async open(id: string): Promise<void> {
    const before = this.#chat.conversation.id;
    if (id === before) return;
    this.#wanted = id;
    await this.#try(async (kept) => {
      await this.#keeper.flush(); // It may be the one that was just left.
      const [found, routes] = await Promise.all([kept.read(id), kept.routes(id)]);
      // Meanwhile another was chosen, or a new one begun.
      if (this.#wanted !== id || this.#chat.conversation.id !== before) return;
      if (!found) return this.#listed({ type: 'chats/removed', id });
      this.#leave();
      this.#begin(found.conversation, found.messages, routes);
    });
  }

  async rename(id: string, title: string): Promise<void> {
    if (id === this.#chat.conversation.id) {
      this.#session.store.dispatch({ type: 'chat/changed', change: { title } });
      return this.#keeper.flush();
    }
    await this.#try(async (kept) => {
      const found = await kept.read(id);
      if (!found) return;
      const conversation = { ...found.conversation, title };
      await kept.write({ conversation, messages: [] });
      this.#listed({ type: 'chats/kept', conversation });
    });
  }

  /** Removes conversations for good; in the place of the one that is shown comes a new one. */
  async remove(ids: readonly string[]): Promise<void> {
    if (ids.includes(this.#chat.conversation.id)) this.newChat();
    await this.#keeper.flush();
    await this.#try(async (kept) => {
      for (const id of ids) {
        await kept.remove(id);
        this.#listed({ type: 'chats/removed', id });
      }
    });
  }

  /** Takes in whole conversations, as a file holds them, under ids of their own. Resolves to how many. */
  async add(conversations: readonly KeptConversation[]): Promise<number> {
    let taken = 0;
    await this.#try(async (kept) => {
      for (const { conversation, messages } of conversations) {
        const fresh = { ...conversation, id: this.#newId() };
        await kept.write({ conversation: fresh, messages });
        this.#listed({ type: 'chats/kept', conversation: fresh });
        taken += 1;
      }
    });
    return taken;
  }

  /** A conversation as it is now; null where it is not kept. */
  async read(id: string): Promise<KeptConversation | null> {
    const { conversation, messages } = this.#chat;
    if (id === conversation.id) return { conversation, messages: Object.values(messages) };
    let found: KeptConversation | null = null;
    await this.#try(async (kept) => {
      found = await kept.read(id);
    });
    return found;
  }

  /** Ids of the conversations that hold a text; null where that cannot be said. */
  async search(text: string): Promise<Set<string> | null> {
    let found: Set<string> | null = null;
    await this.#try(async (kept) => {
      await this.#keeper.flush();
      found = await kept.search(text);
    });
    return found;
  }

  /** Writes what is not yet stored: for when the page may be closed. */
  flush(): Promise<void> {
    return this.#keeper.flush();
  }

  async #ask(text: string, files: readonly AttachedFile[], parent: string | null): Promise<void> {
    const by = this.#session.author;
    if (!by || !this.#session.canAnswer) return;
    const message = { id: this.#newId(), parent, createdAt: this.#now(), text };
    const question: Question = { ...message, role: 'user', files };
    const answer = this.#newAnswer(question.id, by);
    this.#session.store.dispatch({ type: 'chat/added', entries: [question, answer] });
    await this.#session.answer(answer.id);
  }

  /** As a new one begins: with the system prompt that the settings have for it. */
  #empty(): Conversation {
    const { system } = this.#session.store.getState().settings;
    return { ...emptyConversation(this.#newId(), this.#now()), system };
  }

  #newAnswer(parent: string | null, by: Author): Answer {
    const message = { id: this.#newId(), parent, createdAt: this.#now(), text: '' };
    return { ...message, role: 'assistant', status: 'streaming', by, figures: null, forgotten: 0 };
  }

  /** Ends what is being written, and stores it as it is. */
  #leave(): void {
    const { path } = this.#chat;
    this.#session.stop();
    const last = path.at(-1);
    if (last) this.#session.store.dispatch({ type: 'chat/ended', answerId: last.id, status: 'stopped' });
    void this.#keeper.flush();
    this.#session.cure('answer');
  }

  #begin(
    conversation: Conversation,
    messages: readonly Entry[],
    routes: ReadonlyMap<string, AnswerRoute> = new Map(),
  ): void {
    this.#session.routes.clear();
    for (const [answerId, route] of routes) this.#session.routes.set(answerId, route);
    this.#keeper.open(() => this.#session.store.dispatch({ type: 'chat/opened', conversation, messages }));
  }

  /** Another tab has written or removed a conversation. */
  async #changedElsewhere(id: string): Promise<void> {
    await this.#try(async (kept) => {
      const [found, routes] = await Promise.all([kept.read(id), kept.routes(id)]);
      this.#listed(found ? { type: 'chats/kept', conversation: found.conversation } : { type: 'chats/removed', id });
      if (!found || id !== this.#chat.conversation.id || isStreaming(this.#chat)) return;
      // The branch that is shown stays, and goes on: the other tab may look at another one.
      const { leaf } = this.#chat.conversation;
      const next = chatOf(found.conversation, found.messages);
      const tip = leaf !== null && next.messages[leaf] ? tipOf(next, leaf) : found.conversation.leaf;
      this.#begin({ ...found.conversation, leaf: tip }, found.messages, routes);
    });
  }

  async #try(work: (kept: ConversationStore) => Promise<void>): Promise<void> {
    if (!this.#kept) return;
    try {
      await work(this.#kept);
      this.#outcome(null);
    } catch (error) {
      this.#outcome(error);
    }
  }

  #outcome(error: unknown): void {
    if (error === null) this.#session.cure('chats');
    else this.#session.raise('chats', toErrorData(error));
  }

  #listed(action: ChatListAction): void {
    this.list.dispatch(action);
  }

  get #chat() {
    return this.#session.store.getState().chat;
  }
}
