import { proxy, type Remote } from 'comlink';
import { untilAborted } from '../lib/abort';
import type { WorkerLife } from '../lib/worker-life';
import type {
  BudgetInfo,
  ChatMessage,
  EngineApi,
  EngineEvent,
  EngineStats,
  GenerateDelta,
  GenerateResult,
  ModelInfo,
} from '../protocol/engine';
import { MixtabError } from '../protocol/errors';
import { chatCompletions, completions } from './completions';
import type { ChatCompletions, Completions } from './openai';
import { checkMessages, completeRequest, type EngineRequest } from './request';

export interface GenerateOptions {
  /** Called with each batch of new tokens, at most once in 16 ms. What it throws ends the request. */
  onDelta?: ((delta: GenerateDelta) => void) | undefined;
  signal?: AbortSignal | undefined;
}

/** What the engine tells on its own; `died` is the last there is. */
export type ClientEvent = EngineEvent | { type: 'died'; error: MixtabError };

/**
 * A loaded model. Everything rejects with {@link MixtabError}: with `worker-died` once the worker is gone, with `model-not-loaded`
 * after {@link unload}.
 */
export class Engine {
  /** As it was when the model was ready; the present budget is in {@link stats}. */
  readonly info: ModelInfo;
  /** OpenAI's chat API. */
  readonly chat: { completions: ChatCompletions };
  /** OpenAI's text completion API: the prompt is raw text or token ids. */
  readonly completions: Completions;
  readonly #api: Remote<EngineApi>;
  readonly #life: WorkerLife;
  readonly #listeners = new Map<string, Set<(event: ClientEvent) => void>>();
  #requests = 0;

  /** Use {@link createEngine}. */
  constructor(info: ModelInfo, api: Remote<EngineApi>, life: WorkerLife) {
    this.info = info;
    this.#api = api;
    this.#life = life;
    this.chat = { completions: chatCompletions(this) };
    this.completions = completions(this);
    life.onEnd = (error) => {
      if (error.code === 'worker-died') this.#emit({ type: 'died', error });
    };
    const listener = proxy((event: EngineEvent) => this.#emit(event));
    life.guard(() => api.subscribe(listener)).catch(() => {}); // Rejects only when the worker ends, which is told as `died`.
  }

  /**
   * Runs one request; requests queue in order. Aborting rejects at once with `aborted` (name `AbortError`), `data.text` and `data.ids`
   * being the part that was there; the GPU stops within one layer's work.
   */
  async generate(request: EngineRequest, options: GenerateOptions = {}): Promise<GenerateResult> {
    const complete = completeRequest(request, this.info, `r${this.#requests++}`);
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
    const cancel = (): void => {
      this.#life.guard(() => this.#api.cancel(complete.id)).catch(() => {}); // A dead worker needs no cancelling.
    };
    signal.addEventListener('abort', cancel, { once: true });
    try {
      return await untilAborted(
        this.#life.guard(() => this.#api.generate(complete, proxy(take))),
        signal,
      );
    } catch (error) {
      if (!signal.aborted) throw error;
      throw failure.signal.aborted ? failure.signal.reason : aborted(partial);
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  }

  async countTokens(messages: ChatMessage[]): Promise<number> {
    const checked = checkMessages(messages);
    return this.#life.guard(() => this.#api.countTokens(checked));
  }

  /** Changes the GPU memory budget (bytes), also in mid-answer. Rejects with `budget-too-small`, `data.leastBytes` being the least. */
  setBudget(budgetBytes: number): Promise<BudgetInfo> {
    return this.#life.guard(() => this.#api.setBudget(budgetBytes));
  }

  stats(): Promise<EngineStats> {
    return this.#life.guard(() => this.#api.stats());
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

  /** Frees the GPU and ends the worker. Answers under way end with the reason `abort` or reject. A second call does nothing. */
  async unload(): Promise<void> {
    if (this.#life.ended !== null) return;
    try {
      await this.#life.guard(() => this.#api.unload());
    } catch (error) {
      if (this.#life.ended === null) throw error; // Otherwise the worker is gone, and all it held with it.
    } finally {
      this.#life.end(
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
