import { proxy, type Remote, wrap } from 'comlink';
import { untilAborted } from '../lib/abort';
import { installErrorTransfer } from '../lib/comlink-errors';
import { WorkerLife } from '../lib/worker-life';
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
import { MixtabError, toErrorData } from '../protocol/errors';
import type { EngineLink } from './link';

export interface OpenOptions {
  onProgress: (progress: LoadProgress) => void;
  /** Aborting stops the load and ends the worker. */
  signal?: AbortSignal | undefined;
}

/** An engine in a worker of this tab, over Comlink. */
export class WorkerLink implements EngineLink {
  readonly info: ModelInfo;
  readonly #api: Remote<EngineApi>;
  readonly #life: WorkerLife;

  private constructor(info: ModelInfo, api: Remote<EngineApi>, life: WorkerLife) {
    this.info = info;
    this.#api = api;
    this.#life = life;
  }

  /** Loads a model in `worker`, and owns it from here on: where the load fails, it is ended. */
  static async open(worker: Worker, model: ModelRef, load: LoadOptions, options: OpenOptions): Promise<WorkerLink> {
    installErrorTransfer();
    const life = new WorkerLife(worker);
    const api = wrap<EngineApi>(worker);
    try {
      const loaded = life.guard(() => api.load(model, load, proxy(options.onProgress)));
      return new WorkerLink(await untilAborted(loaded, options.signal), api, life);
    } catch (error) {
      const failure = error instanceof MixtabError ? error : MixtabError.from(toErrorData(error));
      life.end(failure);
      throw failure;
    }
  }

  get ended(): MixtabError | null {
    return this.#life.ended;
  }

  listen(onEvent: (event: EngineEvent) => void, onEnd: (reason: MixtabError) => void): void {
    this.#life.onEnd = onEnd;
    const listener = proxy(onEvent);
    this.#life.guard(() => this.#api.subscribe(listener)).catch(() => {}); // Rejects only when the worker ends, which `onEnd` is told.
  }

  generate(request: GenerateRequest, onDelta: (delta: GenerateDelta) => void): Promise<GenerateResult> {
    return this.#life.guard(() => this.#api.generate(request, proxy(onDelta)));
  }

  cancel(requestId: string): void {
    this.#life.guard(() => this.#api.cancel(requestId)).catch(() => {}); // A dead worker needs no cancelling.
  }

  setBudget(budgetBytes: number): Promise<BudgetInfo> {
    return this.#life.guard(() => this.#api.setBudget(budgetBytes));
  }

  countTokens(messages: ChatMessage[], tools?: Tool[]): Promise<number> {
    return this.#life.guard(() => this.#api.countTokens(messages, tools));
  }

  tokenize(text: string, options: { addBos: boolean }): Promise<number[]> {
    return this.#life.guard(() => this.#api.tokenize(text, options));
  }

  detokenize(ids: number[]): Promise<string> {
    return this.#life.guard(() => this.#api.detokenize(ids));
  }

  applyChatTemplate(messages: ChatMessage[], tools?: Tool[]): Promise<string> {
    return this.#life.guard(() => this.#api.applyChatTemplate(messages, tools));
  }

  stats(): Promise<EngineStats> {
    return this.#life.guard(() => this.#api.stats());
  }

  unload(): Promise<void> {
    return this.#life.guard(() => this.#api.unload());
  }

  end(reason: MixtabError): void {
    this.#life.end(reason);
  }
}
