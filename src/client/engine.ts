import { untilAborted } from '../lib/abort';
import type {
  BudgetInfo,
  ChatMessage,
  EngineStats,
  GenerateDelta,
  GenerateResult,
  ModelInfo,
  Tool,
} from '../protocol/engine';
import { MixtabError } from '../protocol/errors';
import type { ChatEngine } from './chat-engine';
import { chatCompletions, completions } from './completions';
import type { EngineLink, LinkEvent } from './link';
import type { ChatCompletions, Completions } from './openai';
import { openAiFetch } from './openai-fetch';
import { checkIds, checkMessages, completeRequest, type EngineRequest, invalid } from './request';

/** What goes with a request besides itself. */
export interface GenerateOptions {
  /** Called with each batch of new tokens, at most once in 16 ms. What it throws ends the request. */
  onDelta?: ((delta: GenerateDelta) => void) | undefined;
  signal?: AbortSignal | undefined;
}

/** What the engine tells on its own; `died` is the last there is. */
export type ClientEvent = LinkEvent | { type: 'died'; error: MixtabError };

/**
 * A loaded model. Everything rejects with {@link MixtabError}: with `worker-died` once the worker is gone, with `model-not-loaded`
 * after {@link unload}.
 */
export class Engine implements ChatEngine {
  readonly origin = { type: 'local' } as const;
  /** As it was when the model was ready; the present budget is in {@link stats}. */
  readonly info: ModelInfo;
  /** OpenAI's chat API. */
  readonly chat: { completions: ChatCompletions };
  /** OpenAI's text completion API: the prompt is raw text or token ids. */
  readonly completions: Completions;
  readonly fetch: typeof globalThis.fetch;
  readonly #link: EngineLink;
  readonly #listeners = new Map<string, Set<(event: ClientEvent) => void>>();

  /** Use {@link createEngine}. */
  constructor(link: EngineLink) {
    this.info = link.info;
    this.#link = link;
    this.chat = { completions: chatCompletions(this) };
    this.completions = completions(this);
    this.fetch = openAiFetch(this);
    link.listen(
      (event) => this.#emit(event),
      (error) => {
        if (error.code !== 'model-not-loaded') this.#emit({ type: 'died', error }); // That one is the end by unload().
      },
    );
  }

  get model(): string {
    return this.info.id;
  }

  /**
   * Runs one request; requests queue in order. Aborting rejects at once with `aborted` (name `AbortError`), `data.text` and `data.ids`
   * being the part that was there; the GPU stops within one layer's work.
   */
  async generate(request: EngineRequest, options: GenerateOptions = {}): Promise<GenerateResult> {
    const complete = completeRequest(request, this.info, crypto.randomUUID());
    const partial = { text: '', ids: [] as number[] };
    const failure = new AbortController();
    const signal = AbortSignal.any([failure.signal, ...(options.signal ? [options.signal] : [])]);
    const take = (delta: GenerateDelta): void => {
      if (signal.aborted) return;
      partial.text += delta.text;
      partial.ids.push(...delta.ids);
      try {
        options.onDelta?.(delta);
      } catch (error) {
        failure.abort(error);
      }
    };
    if (signal.aborted) throw aborted(partial);
    const cancel = (): void => this.#link.cancel(complete.id);
    signal.addEventListener('abort', cancel, { once: true });
    try {
      return await untilAborted(this.#link.generate(complete, take), signal);
    } catch (error) {
      if (!signal.aborted) throw error;
      throw failure.signal.aborted ? failure.signal.reason : aborted(partial);
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  }

  /** Tokens of a conversation as the model is given it: through its chat template, BOS included. */
  async countTokens(messages: ChatMessage[], tools?: Tool[]): Promise<number> {
    return this.#link.countTokens(checkMessages(messages), tools);
  }

  /** Plain text to ids, with BOS in front where asked for. Control tokens spelt out in it stay text. */
  async tokenize(text: string, options: { addBos?: boolean | undefined } = {}): Promise<number[]> {
    if (typeof text !== 'string') throw invalid('text', 'a text', typeof text);
    return this.#link.tokenize(text, { addBos: options.addBos === true });
  }

  /** Ids to text, without control tokens. */
  async detokenize(ids: number[]): Promise<string> {
    return this.#link.detokenize(checkIds(ids, 'ids', this.info.vocabSize));
  }

  /** The text that the model's chat template makes of a conversation. Rejects with `template-failed`. */
  async applyChatTemplate(messages: ChatMessage[], tools?: Tool[]): Promise<string> {
    return this.#link.applyChatTemplate(checkMessages(messages), tools);
  }

  /** Changes the GPU memory budget (bytes), also in mid-answer. Rejects with `budget-too-small`, `data.leastBytes` being the least. */
  setBudget(budgetBytes: number): Promise<BudgetInfo> {
    return this.#link.setBudget(budgetBytes);
  }

  /** The engine at this moment. */
  stats(): Promise<EngineStats> {
    return this.#link.stats();
  }

  /** Calls `listener` on every event of a type until the returned function is called. */
  on<T extends ClientEvent['type']>(type: T, listener: (event: Extract<ClientEvent, { type: T }>) => void): () => void {
    const heard = (event: ClientEvent): void => {
      if (isType(event, type)) listener(event);
    };
    const listeners = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, listeners.add(heard));
    return () => listeners.delete(heard);
  }

  /**
   * Frees the GPU and ends the worker; of a shared engine, once no other tab uses it. Answers under way end with the reason `abort` or
   * reject. A second call does nothing.
   */
  async unload(): Promise<void> {
    if (this.#link.ended !== null) return;
    try {
      await this.#link.unload();
    } catch (error) {
      if (this.#link.ended === null) throw error; // Otherwise the worker is gone, and all it held with it.
    } finally {
      this.#link.end(
        new MixtabError(
          'model-not-loaded',
          'engine: expected a loaded model, got an unloaded one',
          'Create a new engine.',
        ),
      );
      this.#listeners.clear();
    }
  }

  #emit(event: ClientEvent): void {
    for (const listener of this.#listeners.get(event.type) ?? []) listener(event);
  }
}

function isType<T extends ClientEvent['type']>(
  event: ClientEvent,
  type: T,
): event is Extract<ClientEvent, { type: T }> {
  return event.type === type;
}

function aborted(partial: { text: string; ids: number[] }): MixtabError {
  return new MixtabError(
    'aborted',
    'generate: expected an answer, got an abort',
    'data.text is the part that was there.',
    partial,
  );
}
