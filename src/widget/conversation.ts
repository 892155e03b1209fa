import type { ChatEngine } from '../client/chat-engine';
import { untilAborted } from '../lib/abort';
import { type ErrorData, MixtabError, toErrorData } from '../protocol/errors';
import { fitToContext } from './fit-to-context';
import { type Entry, type EntryStatus, invalid, toMessages } from './messages';

export interface AnswerSettings {
  system: string | null;
  temperature: number | null;
  maxTokens: number | null;
}

export interface ConversationHooks {
  /** The engine, loaded if it is not yet. */
  load(): Promise<ChatEngine>;
  settings(): AnswerSettings;
  onChange(): void;
  onQuestion(text: string): void;
  onDelta(text: string): void;
}

/** Questions and answers, and the one being written. */
export class Conversation {
  #entries: readonly Entry[] = [];
  #error: ErrorData | null = null;
  #answering: AbortController | null = null;
  readonly #hooks: ConversationHooks;

  constructor(hooks: ConversationHooks) {
    this.#hooks = hooks;
  }

  get entries(): readonly Entry[] {
    return this.#entries;
  }

  /** What the last answer failed by, until another one is asked for. */
  get error(): ErrorData | null {
    return this.#error;
  }

  get isBusy(): boolean {
    return this.#answering !== null;
  }

  /** Asks, and resolves to the answer; stopped, to what there was of it. Rejects with {@link MixtabError}. */
  async send(question: string): Promise<Entry> {
    this.#requireIdle();
    if (typeof question !== 'string' || question.trim() === '')
      throw invalid('text', 'a text that is not blank', question);
    this.#entries = [...this.#entries, { role: 'user', text: question, status: 'done', forgotten: 0 }];
    this.#hooks.onQuestion(question);
    return this.#answer();
  }

  /** Asks once more for the answer that failed. */
  async retry(): Promise<Entry> {
    this.#requireIdle();
    if (this.#entries.at(-1)?.role === 'assistant') this.#entries = this.#entries.slice(0, -1);
    return this.#answer();
  }

  stop(): void {
    this.#answering?.abort();
  }

  /** Another chat; an answer under way belongs to the old one. */
  replace(entries: readonly Entry[]): void {
    this.stop();
    this.#answering = null;
    this.#entries = entries;
    this.#error = null;
    this.#hooks.onChange();
  }

  #requireIdle(): void {
    if (!this.isBusy) return;
    throw new MixtabError(
      'request-invalid',
      'send: expected the last answer to be over, got one being written',
      'Wait for the promise of the last send, or call stop() first.',
    );
  }

  async #answer(): Promise<Entry> {
    const answering = new AbortController();
    this.#answering = answering;
    this.#error = null;
    const asked = this.#entries;
    let answer: Entry = { role: 'assistant', text: '', status: 'waiting', forgotten: 0 };
    const change = (part: Partial<Entry>): void => {
      answer = { ...answer, ...part };
      if (this.#answering !== answering) return;
      this.#entries = [...asked, answer];
      this.#hooks.onChange();
    };
    const end = (status: EntryStatus, error: ErrorData | null): void => {
      change({ status });
      if (this.#answering !== answering) return;
      this.#answering = null;
      this.#error = error;
      this.#hooks.onChange();
    };
    change({});
    try {
      end(await this.#write(asked, answering.signal, change, () => answer.text), null);
    } catch (error) {
      const data = toErrorData(error);
      end(data.code === 'aborted' ? 'stopped' : 'failed', data.code === 'aborted' ? null : data);
      if (data.code !== 'aborted') throw MixtabError.from(data);
    }
    return answer;
  }

  /** Writes the answer by `change`, and resolves to how it ended. */
  async #write(
    asked: readonly Entry[],
    signal: AbortSignal,
    change: (part: Partial<Entry>) => void,
    written: () => string,
  ): Promise<EntryStatus> {
    const engine = await untilAborted(this.#hooks.load(), signal);
    const { system, temperature, maxTokens } = this.#hooks.settings();
    const { messages, forgotten } = await fitToContext(engine, toMessages(asked), system, maxTokens);
    change({ forgotten });
    const limits = {
      ...(temperature === null ? {} : { temperature }),
      ...(maxTokens === null ? {} : { max_tokens: maxTokens }),
    };
    const body = { messages, stream: true as const, ...limits };
    let status: EntryStatus = 'stopped';
    for await (const { choices } of await engine.chat.completions.create(body, { signal })) {
      const [choice] = choices;
      const text = choice?.delta.content ?? '';
      if (text !== '') {
        change({ text: written() + text, status: 'streaming' });
        this.#hooks.onDelta(text);
      }
      if (choice?.finish_reason) status = statusOf(choice.finish_reason);
    }
    return status;
  }
}

function statusOf(reason: string): EntryStatus {
  if (reason === 'length') return 'length';
  return reason === 'abort' ? 'stopped' : 'done';
}
