import type { Engine } from '../client/engine';
import type { Library } from '../client/library';
import { startEngine } from '../client/start-engine';
import { abortedError } from '../lib/abort';
import { type ChatApi, chatApi, type TextApi, textApi } from './apis';
import {
  type AppConfig,
  type ChatOptions,
  chatOptions,
  checkConfig,
  type InitProgressCallback,
  type MLCEngineConfig,
  prebuiltAppConfig,
} from './config';
import { named, WebLLMError } from './errors';
import { findAdapter } from './gpu';
import { LoadedModels } from './loaded-models';
import { fetchModel, findModel, withLibrary } from './models';
import { InitProgress } from './progress';
import { RuntimeStats } from './runtime-stats';
import { pairsOf } from './wanted-models';

/** WebLLM's engine over Mixtab's. It needs no worker of yours: each model runs in one of its own. */
export class MLCEngine {
  readonly chat: { readonly completions: ChatApi };
  readonly completions: TextApi;
  /** Mixtral makes none. */
  readonly embeddings = {
    /** Rejects with `EmbeddingUnsupportedModelError`. */
    create: (_request?: unknown): Promise<never> => this.embedding(),
  };
  readonly #config: MLCEngineConfig;
  readonly #models = new LoadedModels();
  #appConfig: AppConfig;
  #onProgress: InitProgressCallback | undefined;
  #loading = new AbortController();
  #interrupting = new AbortController();

  /** Loads nothing: {@link reload} does. Throws `UnsupportedFieldsError` for a `logitProcessorRegistry`. */
  constructor(engineConfig: MLCEngineConfig = {}) {
    checkConfig(engineConfig);
    this.#config = engineConfig;
    this.#appConfig = engineConfig.appConfig ?? prebuiltAppConfig;
    this.#onProgress = engineConfig.initProgressCallback;
    const interrupt = (): AbortSignal => this.#interrupting.signal;
    const asked = {
      models: this.#models,
      get interrupt() {
        return interrupt();
      },
    };
    this.chat = { completions: chatApi(asked) };
    this.completions = textApi(asked);
  }

  /** Takes effect with the next {@link reload}. */
  setAppConfig(appConfig: AppConfig): void {
    this.#appConfig = appConfig;
  }

  /** Takes effect at once. */
  setInitProgressCallback(callback: InitProgressCallback): void {
    this.#onProgress = callback;
  }

  /** The callback that was set; undefined where none was. */
  getInitProgressCallback(): InitProgressCallback | undefined {
    return this.#onProgress;
  }

  /** Does nothing: nothing is logged. */
  setLogLevel(_level: string): void {}

  /**
   * Loads one model or several in place of those that are there; what is not stored is imported first. Rejects with `ModelNotFoundError`, with
   * `AbortError` when {@link unload} or another reload comes first, and as `createEngine` does.
   */
  reload(modelId: string | string[], chatOpts?: ChatOptions | ChatOptions[]): Promise<void> {
    return named(async () => {
      const wanted = pairsOf(modelId, chatOpts);
      const unloading = this.unload();
      const { signal } = this.#loading;
      await unloading;
      await withLibrary(async (library) => {
        for (const [index, [id, options]] of wanted.entries()) {
          const progress = new InitProgress((report) =>
            this.#onProgress?.({ ...report, progress: (index + report.progress) / wanted.length }),
          );
          await this.#load(id, options, library, progress, signal);
        }
      });
    });
  }

  async #load(
    modelId: string,
    given: ChatOptions | undefined,
    library: Library,
    progress: InitProgress,
    signal: AbortSignal,
  ): Promise<void> {
    const found = await findModel(modelId, this.#appConfig, library);
    const options = chatOptions(found.record, given);
    const model = await fetchModel(found, library, (imported) => progress.imports(imported), signal);
    const engine = await startEngine(model, {
      ...this.#config.mixtab,
      contextLength: options.context_window_size,
      onProgress: (loaded) => progress.loads(loaded),
      signal,
    });
    if (signal.aborted) {
      await engine.unload();
      throw abortedError(signal);
    }
    this.#models.add(modelId, engine, options);
    progress.finish(engine.info.adapter);
  }

  /** Frees the GPU and ends the workers; a {@link reload} under way rejects, and what it has imported stays. */
  unload(): Promise<void> {
    this.#loading.abort();
    this.#loading = new AbortController();
    return named(() => this.#models.unload());
  }

  /** Ends the answers under way where they are, with the reason `abort`: also in the middle of a prompt. */
  interruptGenerate(): void {
    this.#interrupting.abort();
    this.#interrupting = new AbortController();
  }

  /** As `chat.completions.create`. */
  readonly chatCompletion: ChatApi['create'] = ((request, options) =>
    this.chat.completions.create(request, options)) as ChatApi['create'];

  /** As `completions.create`. */
  readonly completion: TextApi['create'] = ((request, options) =>
    this.completions.create(request, options)) as TextApi['create'];

  /** Rejects with `EmbeddingUnsupportedModelError`. */
  async embedding(_request?: unknown): Promise<never> {
    throw new WebLLMError(
      'EmbeddingUnsupportedModelError',
      'request-invalid',
      'embeddings: expected a model that makes them, got a Mixtral',
      'Use a model and a library made for embeddings.',
    );
  }

  /** Rejects: no state is kept between calls that tokens could be added to. */
  async forwardTokensAndSample(_inputIds: number[], _isPrefill: boolean, _modelId?: string): Promise<never> {
    throw new WebLLMError(
      'UnsupportedFieldsError',
      'request-invalid',
      'forwardTokensAndSample: expected a whole request, got a step',
      'Use mixtab().generate({input: {ids}, maxTokens: 1}): what a prompt shares with the one before is not computed again.',
    );
  }

  /**
   * Forgets the last answer, and the speeds unless `keepStats`. Requests carry their conversations, and prompts that begin alike share what is
   * computed of them, so there is no more to forget.
   */
  resetChat(keepStats = false, modelId?: string): Promise<void> {
    return named(async () => {
      const model = this.#models.get(modelId);
      model.message = '';
      if (!keepStats) model.stats = new RuntimeStats();
    });
  }

  /** The last answer, as far as it came. */
  getMessage(modelId?: string): Promise<string> {
    return named(async () => this.#models.get(modelId).message);
  }

  /** Speeds since the model was loaded or reset: `prefill: X.XXXX tokens/sec, decoding: Y.YYYY tokens/sec`. */
  runtimeStatsText(modelId?: string): Promise<string> {
    return named(async () => this.#models.get(modelId).stats.toString());
  }

  /** The vendor of the graphics adapter, as WebGPU tells it. */
  getGPUVendor(): Promise<string> {
    return named(async () => (await findAdapter()).info.vendor);
  }

  /** Bytes. */
  getMaxStorageBufferBindingSize(): Promise<number> {
    return named(async () => (await findAdapter()).limits.maxStorageBufferBindingSize);
  }

  /** Mixtab's own engine of a loaded model, for what WebLLM has no name for: memory budget, events, tokens. */
  mixtab(modelId?: string): Engine {
    return this.#models.get(modelId).engine;
  }
}

/** What a program that was written for WebLLM asks of an engine. */
export type MLCEngineInterface = Pick<MLCEngine, keyof MLCEngine>;
