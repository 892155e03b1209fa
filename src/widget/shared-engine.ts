import type { ChatEngine } from '../client/chat-engine';
import { throwIfAborted } from '../lib/abort';
import type { LoadProgress } from '../protocol/engine';
import { type ErrorData, MixtabError, toErrorData } from '../protocol/errors';
import type { EngineChoice } from './engine-choice';

export type LoadState =
  | { status: 'idle' }
  /** Waits for a yes to a download of so many bytes. */
  | { status: 'asking'; bytes: number }
  /** `progress` is null until the engine says something. */
  | { status: 'loading'; progress: LoadProgress | null }
  | { status: 'ready'; engine: ChatEngine }
  | { status: 'failed'; error: ErrorData };

/** The embedded model is 8.2 MB: what is larger is not fetched before somebody says yes. */
const ASK_ABOVE_BYTES = 10_000_000;

/** One engine for all elements that ask for the same: it loads on first use, and is unloaded when the last of them lets go. */
export class SharedEngine {
  static readonly #all = new Map<string, SharedEngine>();

  readonly choice: EngineChoice;
  #state: LoadState = { status: 'idle' };
  #users = 0;
  #attempt: Promise<ChatEngine> | null = null;
  #abandon = new AbortController();
  #agree = (): void => {};
  readonly #listeners = new Set<(state: LoadState) => void>();

  private constructor(choice: EngineChoice) {
    this.choice = choice;
  }

  /** The engine of that choice; to be given back with {@link release}. */
  static take(choice: EngineChoice): SharedEngine {
    const key = JSON.stringify(choice);
    const shared = SharedEngine.#all.get(key) ?? new SharedEngine(choice);
    SharedEngine.#all.set(key, shared);
    shared.#users++;
    return shared;
  }

  get state(): LoadState {
    return this.#state;
  }

  /** Calls `listener` on every change until the returned function is called. */
  listen(listener: (state: LoadState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The engine, loaded if it is not yet. Rejects with {@link MixtabError}: with `aborted` when it was cancelled, or the download declined. */
  load(): Promise<ChatEngine> {
    this.#attempt ??= this.#begin().catch((error: unknown) => {
      this.#attempt = null;
      throw error;
    });
    return this.#attempt;
  }

  /** Says yes to the download. */
  agree(): void {
    this.#agree();
  }

  /** Ends a load under way, for all who wait for it; what was stored stays. */
  cancel(): void {
    if (this.#state.status === 'loading' || this.#state.status === 'asking') this.#abandon.abort();
  }

  release(): void {
    if (--this.#users > 0) return;
    SharedEngine.#all.delete(JSON.stringify(this.choice));
    void this.unload();
  }

  /** Frees the GPU for all who share it; the next use loads again. */
  async unload(): Promise<void> {
    this.cancel();
    if (this.#state.status !== 'ready') return;
    const { engine } = this.#state;
    this.#attempt = null;
    this.#set({ status: 'idle' });
    await engine.unload();
  }

  async #begin(): Promise<ChatEngine> {
    this.#abandon = new AbortController();
    const { signal } = this.#abandon;
    this.#set({ status: 'loading', progress: null });
    try {
      const { missingBytes, openEngine } = await import('./open-engine');
      const bytes = await missingBytes(this.choice, signal);
      if (bytes > ASK_ABOVE_BYTES) await this.#ask(bytes, signal);
      const onProgress = (progress: LoadProgress) => {
        if (!signal.aborted) this.#set({ status: 'loading', progress });
      };
      const engine = await openEngine(this.choice, {
        signal,
        onProgress,
        onEnd: (error) => this.#end(engine, error),
      });
      // Cancelled too late for the load to hear of it.
      if (signal.aborted) await engine.unload();
      throwIfAborted(signal);
      this.#set({ status: 'ready', engine });
      return engine;
    } catch (error) {
      const data = signal.aborted ? { ...toErrorData(error), code: 'aborted' as const } : toErrorData(error);
      this.#set(data.code === 'aborted' ? { status: 'idle' } : { status: 'failed', error: data });
      throw MixtabError.from(data);
    }
  }

  #ask(bytes: number, signal: AbortSignal): Promise<void> {
    this.#set({ status: 'asking', bytes });
    return new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      this.#agree = () => {
        this.#set({ status: 'loading', progress: null });
        resolve();
      };
    });
  }

  /** The engine died, or its GPU does not come back: the next use loads another. */
  #end(engine: ChatEngine, error: ErrorData): void {
    if (this.#state.status !== 'ready' || this.#state.engine !== engine) return;
    this.#attempt = null;
    this.#set({ status: 'failed', error });
    engine.unload().catch(() => {}); // It is gone already.
  }

  #set(state: LoadState): void {
    this.#state = state;
    for (const listen of this.#listeners) listen(state);
  }
}
