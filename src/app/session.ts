import type { FrameScheduler } from '../client/frame-batcher';
import { type ErrorData, toErrorData } from '../protocol/errors';
import { Answering } from './answering';
import {
  type ConnectServer,
  type CreateEngine,
  isLocal,
  type LocalEngine,
  type PageEngine,
  type ServerAddress,
} from './engine-port';
import { pageLanguage } from './i18n/language';
import { loadOptionsOf, type MemoryOptions } from './memory/memory-options';
import { ExpertFeed } from './router/expert-feed';
import { RouteBook } from './router/route-book';
import { type AppAction, type AppState, initialState, reduceApp } from './state/app-state';
import { type Author, isStreaming } from './state/chat';
import type { ProblemSource } from './state/problems';
import { readSettings, type Settings, writeSettings } from './state/settings';
import { createStore, type Store } from './state/store';

export interface EmbeddedModel {
  id: string;
  url: string;
  name: string;
}

export interface SessionOptions {
  createEngine: CreateEngine;
  connectServer: ConnectServer;
  /** Comes with the page: loaded where no other was chosen, or where that one is gone. */
  embedded: EmbeddedModel;
  /** Where settings are remembered; null remembers nothing. */
  storage: Storage | null;
  schedule?: FrameScheduler;
}

/** The engine, for the page: the only place that talks to it. No method rejects; what fails becomes a problem. */
export class Session {
  readonly store: Store<AppState, AppAction>;
  readonly feed = new ExpertFeed();
  readonly routes = new RouteBook();
  readonly #answering: Answering;
  #engine: PageEngine | null = null;
  #modelId: string;
  /** The server that answers in place of this device. */
  #server: ServerAddress | null;
  #loading: Promise<void> | null = null;
  #abandonLoad: AbortController | null = null;
  #wantedBudget: number | null = null;
  #budgeting: Promise<void> | null = null;

  constructor(private readonly options: SessionOptions) {
    this.store = createStore(reduceApp, initialState(readSettings(options.storage)));
    this.#modelId = this.#settings.model ?? options.embedded.id;
    this.#server = this.#settings.server;
    const { store, feed, routes } = this;
    const onFailure = (reason: ErrorData) => this.#answerFailed(reason);
    this.#answering = new Answering({ store, feed, routes, schedule: options.schedule, onFailure });
  }

  get embedded(): EmbeddedModel {
    return this.options.embedded;
  }

  /** Goes over to another model of this browser, also while one is being loaded, and remembers it. The chat stays. */
  async use(id: string): Promise<void> {
    this.#modelId = id;
    this.#server = null;
    this.changeSettings({ model: id === this.embedded.id ? null : id, server: null });
    await this.#goOver(() => this.#modelId === id && this.#server === null);
  }

  /** Lets a server answer from here on, until another model is chosen; what was loaded here is freed. The chat stays, and goes there. */
  async connect(server: ServerAddress): Promise<void> {
    this.#server = server;
    this.changeSettings({ server: { baseUrl: server.baseUrl, model: server.model } });
    await this.#goOver(() => this.#server === server);
  }

  /** Loads the model again so, and remembers that for it. The chat stays. */
  async loadWith(options: MemoryOptions): Promise<void> {
    const id = this.#modelId;
    this.changeSettings({ memory: { ...this.#settings.memory, [id]: options } });
    await this.#goOver(() => this.#modelId === id && this.#server === null);
  }

  /** Of several wishes made meanwhile, the last one holds. */
  async #goOver(stillWished: () => boolean): Promise<void> {
    this.cure('notice');
    this.#abandonLoad?.abort();
    await this.#loading;
    if (stillWished()) await this.start();
  }

  /** Loads the model, or loads it anew after a fault. */
  start(budgetBytes = this.#settings.budgets[this.#modelId]): Promise<void> {
    this.#loading ??= this.#load(budgetBytes).finally(() => {
      this.#loading = null;
    });
    return this.#loading;
  }

  async #load(budgetBytes: number | undefined): Promise<void> {
    this.stop();
    await this.#engine?.unload().catch(() => undefined);
    this.#engine = null;
    const abandon = new AbortController();
    this.#abandonLoad = abandon;
    if (this.#server) return this.#connect(this.#server, abandon.signal);
    const model = this.#modelId === this.embedded.id ? this.embedded : { id: this.#modelId };
    this.#dispatch({ type: 'model/loading', id: model.id });
    try {
      const engine = await this.options.createEngine(model, {
        ...(budgetBytes === undefined ? {} : { budgetBytes }),
        ...loadOptionsOf(this.#settings.memory[model.id]),
        signal: abandon.signal,
        onProgress: (progress) => this.#dispatch({ type: 'model/progress', progress }),
      });
      this.#engine = engine;
      this.feed.reset(engine.info.layers, engine.info.experts);
      this.#listen(engine);
      this.#dispatch({ type: 'model/ready', info: engine.info });
      this.#answersNow(engine.info.name);
      await this.#measure(engine);
      if (engine.info.notice) this.raise('notice', engine.info.notice);
    } catch (error) {
      if (abandon.signal.aborted) return;
      const reason = toErrorData(error);
      if (reason.code === 'model-not-found' && model !== this.embedded) return this.#fallBack(model.id);
      const unsupported = reason.code === 'webgpu-unavailable' || reason.code === 'adapter-unsupported';
      // A browser may refuse the GPU for a while after it was reset: no reason to take the chat away.
      if (unsupported && this.#state.chat.path.length === 0) this.#dispatch({ type: 'model/unsupported', reason });
      else this.#fail(reason);
    }
  }

  /** The model used last is not here any more: cleared by the browser, or deleted in another tab. */
  async #fallBack(goneId: string): Promise<void> {
    const { id, name } = this.embedded;
    this.#modelId = id;
    this.changeSettings({ model: null });
    await this.#load(this.#settings.budgets[id]);
    const hint = `${name} answers instead. To have the other one back, add it again under its name at the top.`;
    this.raise('notice', {
      code: 'model-not-found',
      message: `${goneId} is not in this browser any more.`,
      hint,
      data: {},
    });
  }

  async #connect(server: ServerAddress, signal: AbortSignal): Promise<void> {
    const { baseUrl, model } = server;
    const { host } = new URL(baseUrl);
    this.#dispatch({ type: 'model/loading', id: model, server: { host, baseUrl } });
    try {
      this.#engine = await this.options.connectServer(server, { signal });
      this.#dispatch({ type: 'model/connected' });
      this.#answersNow(pageLanguage.words.app.modelOnServer(model, host));
    } catch (error) {
      if (!signal.aborted) this.#fail(toErrorData(error));
    }
  }

  /** Says who answers from here on, and forgets what hindered the last one. */
  #answersNow(name: string): void {
    this.announce(pageLanguage.words.app.ready(name));
    for (const source of ['load', 'answer', 'budget'] as const) this.cure(source);
  }

  /** Who would answer now; null while nobody can. */
  get author(): Author | null {
    const { server, info, id } = this.#state.model;
    if (!this.#engine) return null;
    if (server) return { id: `${id} at ${server.baseUrl}`, name: id, server: server.host };
    return info && { id: info.id, name: info.name, server: null };
  }

  /** Whether an answer can be asked for now. */
  get canAnswer(): boolean {
    return this.#engine !== null && !isStreaming(this.#state.chat);
  }

  /** Has the last message of the chat, an answer that is to be written, written. Resolves when it has ended, however it did. */
  async answer(answerId: string): Promise<void> {
    if (!this.#engine) return;
    this.cure('answer');
    this.announce(pageLanguage.words.app.answering);
    await this.#answering.run(this.#engine, answerId);
    this.#announceEnd(answerId);
  }

  /** Ends the answer being written; what is there stays. */
  stop(): void {
    this.#answering.stop();
  }

  /** Resolves when no answer is being written. */
  whenIdle(): Promise<void> {
    return this.#answering.whenIdle();
  }

  changeSettings(change: Partial<Settings>): void {
    this.#dispatch({ type: 'settings/changed', change });
    writeSettings(this.options.storage, this.#settings);
  }

  /** Gives the model this much GPU memory, bytes. While one change runs, only the last wish waits; settles when all are done. */
  setBudget(bytes: number): Promise<void> {
    this.#wantedBudget = bytes;
    this.#budgeting ??= this.#applyBudgets().finally(() => {
      this.#budgeting = null;
    });
    return this.#budgeting;
  }

  async #applyBudgets(): Promise<void> {
    while (this.#wantedBudget !== null && this.local) {
      const engine = this.local;
      const wanted: number = this.#wantedBudget;
      this.#wantedBudget = null;
      try {
        const budget = await engine.setBudget(wanted);
        this.#dispatch({ type: 'model/budget', budget });
        this.changeSettings({ budgets: { ...this.#settings.budgets, [this.#modelId]: budget.budgetBytes } });
        this.cure('budget');
        await this.#measure(engine);
      } catch (error) {
        this.raise('budget', toErrorData(error));
      }
    }
  }

  /** The least memory the model runs with: live where it runs, else by loading it so. */
  async takeLeastBudget(error: ErrorData): Promise<void> {
    const named = error.data.leastBytes;
    const leastBytes = this.#state.model.budget?.leastBytes ?? (typeof named === 'number' ? named : undefined);
    if (this.local && leastBytes !== undefined) await this.setBudget(leastBytes);
    else await this.start(leastBytes);
  }

  /** A dead worker and a GPU that does not come back are told twice, here and by an event: as one problem. */
  #answerFailed(reason: ErrorData): void {
    if (reason.code === 'worker-died') this.#fail(reason);
    else if (reason.code === 'device-lost') this.#failLost(reason.message);
    else this.raise('answer', reason);
  }

  #listen(engine: LocalEngine): void {
    engine.on('residency', (event) => this.feed.setStates(event.states));
    engine.on('budget', (event) => this.#dispatch({ type: 'model/budget', budget: event.budget }));
    engine.on('sharing', ({ runs }) => {
      this.#dispatch({ type: 'model/sharing', runs });
      if (runs !== 'moving') this.#measure(engine).catch(() => undefined); // What made it fail is told by `died`.
    });
    engine.on('notice', (event) => this.raise('notice', event.notice));
    engine.on('died', ({ error }) => this.#fail(toErrorData(error)));
    engine.on('devicelost', ({ state, message }) => {
      this.#dispatch({ type: 'model/recovering', recovering: state === 'recovering' });
      if (state === 'failed') this.#failLost(message);
    });
  }

  #failLost(message: string): void {
    const hint = 'Start again to load the model anew; the chat stays.';
    this.#fail({ code: 'device-lost', message, hint, data: {} });
  }

  /** The engine that was ready is so no more. */
  #fail(error: ErrorData): void {
    this.#dispatch({ type: 'model/failed' });
    this.raise('load', error);
  }

  async #measure(engine: LocalEngine): Promise<void> {
    const { gpuBytes } = await engine.stats();
    this.#dispatch({ type: 'model/measured', gpuBytes });
  }

  #announceEnd(answerId: string): void {
    const last = this.#state.chat.path.at(-1);
    if (last?.role === 'assistant' && last.id === answerId && last.status !== 'failed') {
      const { stopped, answer } = pageLanguage.words.app;
      this.announce(last.status === 'stopped' ? stopped(last.text) : answer(last.text));
    }
  }

  /** Said to screen readers next. */
  announce(text: string): void {
    this.#dispatch({ type: 'announced', text });
  }

  raise(source: ProblemSource, error: ErrorData): void {
    this.#dispatch({ type: 'problem/raised', problem: { source, error } });
  }

  cure(source: ProblemSource): void {
    this.#dispatch({ type: 'problem/cured', source });
  }

  #dispatch(action: AppAction): void {
    this.store.dispatch(action);
  }

  /** The engine of this device, while one is ready. */
  get local(): LocalEngine | null {
    return this.#engine && isLocal(this.#engine) ? this.#engine : null;
  }

  get #state(): AppState {
    return this.store.getState();
  }

  get #settings(): Settings {
    return this.#state.settings;
  }
}
