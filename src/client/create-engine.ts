import { proxy, wrap } from 'comlink';
import { untilAborted } from '../lib/abort';
import { installErrorTransfer } from '../lib/comlink-errors';
import { WorkerLife } from '../lib/worker-life';
import type { EngineApi, LoadOptions, LoadProgress, ModelRef } from '../protocol/engine';
import { MixtabError, toErrorData } from '../protocol/errors';
import { Engine } from './engine';
import { invalid } from './request';

export interface EngineOptions extends LoadOptions {
  onProgress?: ((progress: LoadProgress) => void) | undefined;
  /** Aborting stops the load and ends the worker. */
  signal?: AbortSignal | undefined;
}

/**
 * Loads a model in a worker of its own: `tiny` is the embedded model, `{id}` one of this browser's library, `{id, url}` a pack on a static
 * host, kept under that id.
 */
export function createEngine(model: ModelRef | 'tiny', options: EngineOptions = {}): Promise<Engine> {
  const worker = new Worker(new URL('../../workers/engine.worker.ts', import.meta.url), {
    type: 'module',
    name: 'mixtab-engine',
  });
  return connectEngine(worker, model, options);
}

/** As {@link createEngine}, with a worker that the caller started (its script must be the engine worker's). Owns the worker from here on. */
export async function connectEngine(
  worker: Worker,
  model: ModelRef | 'tiny',
  options: EngineOptions = {},
): Promise<Engine> {
  installErrorTransfer();
  const { onProgress = () => {}, signal, ...loadOptions } = options;
  const life = new WorkerLife(worker);
  const api = wrap<EngineApi>(worker);
  try {
    const ref = resolveModel(model);
    const loaded = life.guard(() =>
      api.load(
        ref,
        loadOptions,
        proxy((progress: LoadProgress) => onProgress(progress)),
      ),
    );
    return new Engine(await untilAborted(loaded, signal), api, life);
  } catch (error) {
    const failure = error instanceof MixtabError ? error : MixtabError.from(toErrorData(error));
    life.end(failure);
    throw failure;
  }
}

function resolveModel(model: ModelRef | 'tiny'): ModelRef {
  if (model === 'tiny')
    return { id: 'tiny', url: new URL(`${import.meta.env.BASE_URL}models/tiny/`, document.baseURI).href };
  if (typeof model?.id !== 'string' || model.id === '') throw invalid('model.id', 'a name', model?.id);
  if (model.url === undefined) return { id: model.id };
  if (!URL.canParse(model.url)) throw invalid('model.url', 'an absolute URL of a folder', model.url);
  return { id: model.id, url: model.url.endsWith('/') ? model.url : `${model.url}/` };
}
