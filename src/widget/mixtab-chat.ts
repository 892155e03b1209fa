import { LitElement, type PropertyDeclarations, type TemplateResult } from 'lit';
import type { ChatEngine } from '../client/chat-engine';
import { type ErrorData, toErrorData } from '../protocol/errors';
import { Conversation } from './conversation';
import { EngineSlot } from './engine-slot';
import type { MixtabChatEventMap } from './events';
import { isLocal } from './fit-to-context';
import { FocusKeeper } from './focus-keeper';
import { FollowEnd } from './follow-end';
import type { RenderText } from './message-view';
import { type Entry, toEntries, toMessages, type WidgetMessage } from './messages';
import { type PanelActions, panelView } from './panel-view';
import type { LoadState } from './shared-engine';
import { languageOf, type Strings, stringsFor } from './strings';
import { styles } from './styles';

/** An element that is only moved in the page keeps its engine and its answer. */
const GRACE_MS = 1000;

/**
 * `<mixtab-chat>`: a chat with a model that runs in the page, or on a server that the page names. The engine is loaded on first use.
 * Attributes, slots, parts and events: docs/guides/widget.md.
 */
export class MixtabChat extends LitElement {
  /** Its look: what a page may change of it are custom properties and parts. */
  static override readonly styles = styles;

  static override readonly properties: PropertyDeclarations = {
    model: {},
    modelUrl: { attribute: 'model-url' },
    budgetMb: { attribute: 'budget-mb', type: Number },
    context: { type: Number },
    server: {},
    apiKey: { attribute: 'api-key' },
    system: {},
    temperature: { type: Number },
    maxTokens: { attribute: 'max-tokens', type: Number },
    preload: { type: Boolean },
    heading: {},
    placeholder: {},
    theme: { reflect: true },
  };

  static override get observedAttributes(): string[] {
    // biome-ignore lint/complexity/noThisInStatic: the base class's getter works on the class that asks
    return [...super.observedAttributes, 'lang'];
  }

  declare model: string | null;
  declare modelUrl: string | null;
  declare budgetMb: number | null;
  declare context: number | null;
  declare server: string | null;
  declare apiKey: string | null;
  declare system: string | null;
  declare temperature: number | null;
  declare maxTokens: number | null;
  declare preload: boolean;
  declare heading: string | null;
  declare placeholder: string | null;
  declare theme: string | null;

  readonly #slot = new EngineSlot((state) => this.#engineChanged(state));
  readonly #chat = new Conversation({
    load: () => this.load(),
    settings: () => this,
    onChange: () => this.requestUpdate(),
    onQuestion: (content) => this.#emit('mixtab-message', { message: { role: 'user', content }, finishReason: null }),
    onDelta: (text) => this.#emit('mixtab-delta', { text }),
  });
  readonly #end = new FollowEnd(this, () => this.#messages);
  readonly #actions: PanelActions = {
    send: (text) => this.#show(this.send(text)),
    stop: () => this.stop(),
    startAnew: () => this.clear(),
    agree: () => this.#slot.agree(),
    cancelLoad: () => (this.#chat.isBusy ? this.stop() : this.#slot.cancel()),
    retry: () => this.#show(this.#chat.error ? this.#answered(this.#chat.retry()) : this.load()),
    dismiss: () => this.#setNotice(null),
    suggest: (event) => this.#suggest(event),
    keyDown: (event) => this.#keyDown(event),
  };
  #notice: ErrorData | null = null;
  #said = '';
  #renderText: RenderText = null;
  #leaving: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    for (const name of Object.keys(MixtabChat.properties)) Object.assign(this, { [name]: null });
    this.preload = false;
    this.addController(new FocusKeeper(this, () => this.#messages));
    this.#adopt('messages');
    this.#adopt('engine');
  }

  /** The chat, but for the answer being written. Setting it stops that answer; throws `request-invalid`. */
  get messages(): WidgetMessage[] {
    const { entries, isBusy } = this.#chat;
    return toMessages(isBusy ? entries.slice(0, -1) : entries);
  }

  set messages(messages: WidgetMessage[]) {
    this.#chat.replace(toEntries(messages));
    this.#wantMarkdown();
  }

  /** The engine that answers, null until it is loaded. One that is set is used in place of the attributes', and stays the page's. */
  get engine(): ChatEngine | null {
    return this.#slot.engine;
  }

  set engine(engine: ChatEngine | null) {
    this.#slot.give(engine);
  }

  /** Asks, and resolves to the answer: after {@link stop}, to what there was of it. Rejects with MixtabError. */
  send(text: string): Promise<WidgetMessage> {
    return this.#answered(this.#chat.send(text));
  }

  /** Ends the answer being written, or the load that it waits for; what is there stays. */
  stop(): void {
    if (!this.#chat.isBusy) return;
    this.#chat.stop();
    this.#slot.cancel();
  }

  /** Begins a new chat. */
  clear(): void {
    this.messages = [];
  }

  /** Makes the engine ready before the first message; a large download asks first. Rejects with MixtabError. */
  async load(): Promise<ChatEngine> {
    this.#choose();
    return this.#slot.load();
  }

  /** Frees the engine, for all elements that share it; the next message loads it again. */
  async unload(): Promise<void> {
    this.stop();
    await this.#slot.unload();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    clearTimeout(this.#leaving);
    this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#leaving = setTimeout(() => {
      this.stop();
      this.#slot.release();
    }, GRACE_MS);
  }

  override attributeChangedCallback(name: string, before: string | null, value: string | null): void {
    super.attributeChangedCallback(name, before, value);
    if (name === 'lang') this.requestUpdate();
  }

  protected override willUpdate(): void {
    this.#choose();
  }

  protected override render(): TemplateResult {
    const strings = this.#strings;
    const { entries, isBusy, error } = this.#chat;
    const { state: engine, source } = this.#slot;
    return panelView(
      {
        strings,
        heading: this.heading ?? strings.heading,
        placeholder: this.placeholder ?? strings.placeholder,
        ...{ entries, isBusy, error, engine, source, end: this.#end },
        ...{ notice: this.#notice, said: this.#said, renderText: this.#renderText },
      },
      this.#actions,
    );
  }

  /** Takes over what the page set before the script had come; of attributes lit does so. */
  #adopt(name: 'messages' | 'engine'): void {
    if (!Object.hasOwn(this, name)) return;
    const { [name]: value } = this;
    delete (this as Partial<MixtabChat>)[name];
    Object.assign(this, { [name]: value });
  }

  get #strings(): Strings {
    return stringsFor(languageOf(this));
  }

  get #messages(): HTMLElement | null {
    return this.renderRoot?.querySelector<HTMLElement>('.messages') ?? null;
  }

  #choose(): void {
    if (!this.isConnected) return;
    if (this.#slot.choose(this) && this.preload) this.#show(this.load());
  }

  #setNotice(notice: ErrorData | null): void {
    this.#notice = notice;
    this.requestUpdate();
  }

  #engineChanged(state: LoadState): void {
    if (state.status === 'loading' && state.progress) this.#emit('mixtab-progress', state.progress);
    if (state.status === 'failed') this.#emit('mixtab-error', state.error);
    if (state.status === 'ready') {
      this.#setNotice(isLocal(state.engine) ? state.engine.info.notice : null);
      this.#said = this.#strings.ready;
      this.#emit('mixtab-ready', { engine: state.engine });
    }
    this.requestUpdate();
  }

  async #answered(answering: Promise<Entry>): Promise<WidgetMessage> {
    this.#wantMarkdown();
    this.#end.follow();
    this.#said = this.#strings.answering;
    try {
      const { text, status } = await answering;
      const message: WidgetMessage = { role: 'assistant', content: text };
      const finishReason = status === 'length' ? 'length' : status === 'stopped' ? 'abort' : 'stop';
      this.#said = `${finishReason === 'abort' ? this.#strings.stopped : this.#strings.answer}: ${text}`;
      this.#emit('mixtab-message', { message, finishReason });
      return message;
    } catch (error) {
      this.#said = '';
      // What the engine failed by was told when it failed.
      if (this.#slot.state.status !== 'failed') this.#emit('mixtab-error', toErrorData(error));
      throw error;
    } finally {
      this.requestUpdate();
    }
  }

  /** What fails is told by an event and shown. */
  #show(work: Promise<unknown>): void {
    work.catch(() => {});
  }

  /** An element in the `empty` slot with `data-prompt` asks what that says, or its own text. */
  #suggest(event: Event): void {
    const suggestion = event.composedPath().find((at) => at instanceof HTMLElement && at.dataset.prompt !== undefined);
    if (!(suggestion instanceof HTMLElement) || this.#chat.isBusy) return;
    this.#actions.send(suggestion.dataset.prompt || (suggestion.textContent ?? '').trim());
  }

  #keyDown(event: KeyboardEvent): void {
    if (event.key !== 'Escape' || event.isComposing || !this.#chat.isBusy) return;
    // A dialog around the chat stays open.
    event.preventDefault();
    event.stopPropagation();
    this.stop();
  }

  /** Until it is there, and where it does not come, answers are plain text. */
  #wantMarkdown(): void {
    if (this.#renderText) return;
    import('./markdown').then(
      ({ renderMarkdown }) => {
        this.#renderText = renderMarkdown;
        this.requestUpdate();
      },
      () => {},
    );
  }

  #emit<Name extends keyof MixtabChatEventMap>(name: Name, detail: MixtabChatEventMap[Name]['detail']): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }
}
