import type { Gpu } from '../gpu/device';
import { checkTools } from '../lib/check-tools';
import { withCallback } from '../lib/comlink-callback';
import { Mutex } from '../lib/mutex';
import type {
  BudgetInfo,
  ChatMessage,
  EngineApi,
  EngineEvent,
  EngineStats,
  GenerateDelta,
  GenerateRequest,
  GenerateResult,
  LoadOptions,
  LoadProgress,
  ModelInfo,
  ModelRef,
  Tool,
} from '../protocol/engine';
import { MixtabError } from '../protocol/errors';
import { EventBatcher } from './event-batcher';
import { generate } from './generate';
import { LoadTracker } from './load-progress';
import { LoadedModel } from './loaded-model';

/** The engine behind the worker border: one model at a time, one request after the other. */
export class Engine implements EngineApi {
  readonly #events = new EventBatcher();
  /** Loads, answers and unloads run one after the other. */
  readonly #turns = new Mutex();
  readonly #requests = new Map<string, AbortController>();
  #loading = new AbortController();
  #model: LoadedModel | null = null;
  /** The last model's GPU, so that a leak after its unload would show. */
  #gpu: Gpu | null = null;
  #loadMs = 0;

  load(ref: ModelRef, options: LoadOptions, onProgress: (progress: LoadProgress) => void): Promise<ModelInfo> {
    return withCallback(onProgress, async (send) => {
      await this.unload();
      const loading = new AbortController();
      this.#loading = loading;
      return this.#turns.run(async () => {
        const startedAt = performance.now();
        const tracker = new LoadTracker(send);
        const emit = (event: EngineEvent) => this.#events.emit(event);
        this.#model = await LoadedModel.load(ref, options, tracker, emit, loading.signal);
        this.#loadMs = performance.now() - startedAt;
        tracker.ready();
        return this.#model.info;
      });
    });
  }

  generate(request: GenerateRequest, onDelta: (delta: GenerateDelta) => void): Promise<GenerateResult> {
    const abort = new AbortController();
    this.#requests.set(request.id, abort);
    return withCallback(onDelta, (send) =>
      this.#turns
        .run(async () => {
          const model = this.#loaded();
          const result = await generate(model, request, abort.signal, send);
          await model.remember();
          return result;
        })
        .finally(() => this.#requests.delete(request.id)),
    );
  }

  cancel(requestId: string): void {
    this.#requests.get(requestId)?.abort();
  }

  async setBudget(budgetBytes: number): Promise<BudgetInfo> {
    return this.#loaded().setBudget(budgetBytes);
  }

  subscribe(listener: (event: EngineEvent) => void): void {
    this.#events.subscribe(listener);
    const slots = this.#model?.gpuModel.pager.slots;
    if (slots) this.#events.emit({ type: 'residency', states: slots.states, evictions: slots.evictions });
  }

  async countTokens(messages: ChatMessage[], tools?: Tool[]): Promise<number> {
    return this.#loaded().tokenizer.encodeChat(messages, checkTools(tools)).length;
  }

  async tokenize(text: string, options: { addBos: boolean }): Promise<number[]> {
    return this.#loaded().tokenizer.encode(text, options);
  }

  async detokenize(ids: number[]): Promise<string> {
    return this.#loaded().tokenizer.decode(ids);
  }

  async applyChatTemplate(messages: ChatMessage[], tools?: Tool[]): Promise<string> {
    return this.#loaded().tokenizer.renderChat(messages, checkTools(tools));
  }

  async stats(): Promise<EngineStats> {
    const model = this.#model;
    return {
      gpuBytes: (model?.gpuModel.gpu ?? this.#gpu)?.memory.bytes ?? 0,
      budget: model?.budget ?? null,
      loadMs: this.#loadMs,
      expertsTotal: model ? model.info.layers * model.info.experts : 0,
      adapter: model?.gpuModel.gpu.adapterName ?? '',
    };
  }

  async unload(): Promise<void> {
    this.#loading.abort();
    for (const request of this.#requests.values()) request.abort();
    await this.#turns.run(async () => {
      this.#gpu = this.#model?.gpuModel.gpu ?? this.#gpu;
      await this.#model?.unload();
      this.#model = null;
    });
  }

  #loaded(): LoadedModel {
    if (this.#model) return this.#model;
    throw new MixtabError('model-not-loaded', 'engine: expected a loaded model, got none', 'Load a model first.');
  }
}
