import type { Engine } from '../client/engine';
import { type StartOptions, startEngine } from '../client/start-engine';
import { abortedError } from '../lib/abort';
import type { LoadProgress, ModelRef } from '../protocol/engine';
import { MixtabError, toErrorData } from '../protocol/errors';
import { Store } from './store';

/** How an engine is made. */
export type EngineSettings = Omit<StartOptions, 'onProgress' | 'signal'>;

/** `failed`: the load, or the engine afterwards; `load` tries again. */
export type EngineStatus = 'idle' | 'loading' | 'ready' | 'failed';

/** How an engine stands. */
export interface EngineState {
  /** Null unless `ready`. */
  engine: Engine | null;
  status: EngineStatus;
  /** Of the load under way; null before its first word and after its last. */
  progress: LoadProgress | null;
  /** Why it `failed`: the load, or the engine afterwards. */
  error: MixtabError | null;
}

const IDLE: EngineState = { engine: null, status: 'idle', progress: null, error: null };

/** One engine's life, as components see it. What fails is state. */
export class EngineStore extends Store<EngineState> {
  readonly #model: ModelRef | 'tiny';
  readonly #settings: EngineSettings;
  #loading: { engine: Promise<Engine>; stop: AbortController } | null = null;

  constructor(model: ModelRef | 'tiny', settings: EngineSettings) {
    super(IDLE);
    this.#model = model;
    this.#settings = settings;
  }

  protected override abandon(): void {
    void this.unload();
  }

  /** The engine, loaded if it is not. Rejects where that fails, with `aborted` where {@link unload} comes first. */
  open(): Promise<Engine> {
    if (this.state.engine) return Promise.resolve(this.state.engine);
    if (this.#loading) return this.#loading.engine;
    const stop = new AbortController();
    const engine = this.#load(stop.signal);
    this.#loading = { engine, stop };
    return engine;
  }

  /** As {@link open}, but null where that rejects: why is state. */
  readonly load = (): Promise<Engine | null> => this.open().catch(() => null);

  readonly unload = async (): Promise<void> => {
    const { engine } = this.state;
    this.#loading?.stop.abort();
    this.#loading = null;
    this.set(IDLE);
    await engine?.unload().catch(() => {}); // It is gone, however it went.
  };

  async #load(signal: AbortSignal): Promise<Engine> {
    this.set({ ...IDLE, status: 'loading' });
    const onProgress = (progress: LoadProgress): void => {
      if (!signal.aborted) this.set({ ...IDLE, status: 'loading', progress });
    };
    try {
      const engine = await startEngine(this.#model, { ...this.#settings, onProgress, signal });
      if (signal.aborted) {
        await engine.unload();
        throw abortedError(signal);
      }
      engine.on('died', ({ error }) => this.#failed(error));
      this.#loading = null;
      this.set({ ...IDLE, engine, status: 'ready' });
      return engine;
    } catch (error) {
      const failure = MixtabError.from(toErrorData(error));
      if (!signal.aborted) this.#failed(failure);
      throw failure;
    }
  }

  #failed(error: MixtabError): void {
    this.#loading = null;
    this.set({ ...IDLE, status: 'failed', error });
  }
}
