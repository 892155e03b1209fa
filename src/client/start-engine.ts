import type { ModelRef } from '../protocol/engine';
import { connectEngine, createEngine, type EngineOptions, shareEngine } from './create-engine';
import type { Engine } from './engine';

/** Options of `createEngine`, for callers who have their own way to the worker. */
export interface StartOptions extends EngineOptions {
  /** Starts a worker whose script is Mixtab's engine worker, for those who serve it themselves. */
  startWorker?: (() => Worker) | undefined;
}

/** As {@link createEngine}, with the caller's worker where there is one. */
export function startEngine(model: ModelRef | 'tiny', { startWorker, ...options }: StartOptions): Promise<Engine> {
  if (startWorker === undefined) return createEngine(model, options);
  const { shared = false, ...own } = options;
  return shared ? shareEngine(startWorker, model, own) : connectEngine(startWorker(), model, own);
}
