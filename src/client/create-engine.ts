import type { LoadOptions, LoadProgress, ModelRef } from '../protocol/engine';
import type { ChatEngine } from './chat-engine';
import { Engine } from './engine';
import type { RequestOptions } from './openai';
import { invalid } from './request';
import type { ServerEngine } from './server-engine';
import type { ServerRef } from './server-link';
import { TabLink } from './tabs/tab-link';
import { WorkerLink } from './worker-link';

/** How a model is loaded, and who watches. */
export interface EngineOptions extends LoadOptions {
  /** Told how far the load is. */
  onProgress?: ((progress: LoadProgress) => void) | undefined;
  /** Aborting stops the load and ends the worker. */
  signal?: AbortSignal | undefined;
  /**
   * Use one engine together with all tabs and frames of this origin that ask for the same model so; default false. It runs in one of them;
   * should that close, another loads the model, and what was asked is answered there. It keeps the load options of whoever came first:
   * rejects with `request-invalid` where it has a shorter context or lossy modes that were not asked for. {@link Engine.setBudget} holds
   * for all; {@link Engine.unload} releases this tab, and frees the GPU with the last one.
   */
  shared?: boolean | undefined;
}

/**
 * Loads a model in a worker of its own: `tiny` is the embedded model, `{id}` one of this browser's library, `{id, url}` a pack on a static
 * host, kept under that id.
 */
export function createEngine(model: ModelRef | 'tiny', options?: EngineOptions): Promise<Engine>;
/**
 * A model on a server that speaks OpenAI's protocol, with the same API. It is asked only because it is named here: no engine ever falls
 * back from this machine to a server, nor from a server to this machine.
 */
export function createEngine(server: ServerRef, options?: RequestOptions): Promise<ServerEngine>;
export function createEngine(model: ModelRef | 'tiny' | ServerRef, options: EngineOptions = {}): Promise<ChatEngine> {
  if (typeof model === 'object' && 'baseUrl' in model) return connectServer(model, options);
  const { shared = false, ...own } = options;
  return shared ? shareEngine(startWorker, model, own) : connectEngine(startWorker(), model, own);
}

/** Most pages never ask a server: its part comes when one is named. */
async function connectServer(server: ServerRef, options: RequestOptions): Promise<ServerEngine> {
  const { ServerEngine } = await import('./server-engine');
  return ServerEngine.connect(server, options);
}

function startWorker(): Worker {
  return new Worker(new URL('../../workers/engine.worker.ts', import.meta.url), {
    type: 'module',
    name: 'mixtab-engine',
  });
}

/** As {@link createEngine}, with a worker that the caller started (its script must be the engine worker's). Owns the worker from here on. */
export async function connectEngine(
  worker: Worker,
  model: ModelRef | 'tiny',
  options: Omit<EngineOptions, 'shared'> = {},
): Promise<Engine> {
  const { onProgress = () => {}, signal, ...load } = options;
  return new Engine(await WorkerLink.open(worker, resolveModel(model), load, { onProgress, signal }));
}

/** As {@link connectEngine}, of an engine that tabs share: `start` is called when it is to run in this one. */
export async function shareEngine(
  start: () => Worker,
  model: ModelRef | 'tiny',
  options: Omit<EngineOptions, 'shared'> = {},
): Promise<Engine> {
  const { onProgress = () => {}, signal, ...load } = options;
  return new Engine(await TabLink.open(start, resolveModel(model), load, { onProgress, signal }));
}

/** Throws `request-invalid`. */
export function resolveModel(model: ModelRef | 'tiny'): ModelRef {
  if (model === 'tiny') return { id: 'tiny', url: new URL('models/tiny/', document.baseURI).href };
  if (typeof model?.id !== 'string' || model.id === '') throw invalid('model.id', 'a name', model?.id);
  if (model.url === undefined) return { id: model.id };
  if (!URL.canParse(model.url)) throw invalid('model.url', 'an absolute URL of a folder', model.url);
  return { id: model.id, url: model.url.endsWith('/') ? model.url : `${model.url}/` };
}
