import type { Engine } from '../client/engine';
import type { ChatOptions } from './config';
import { WebLLMError } from './errors';
import { RuntimeStats } from './runtime-stats';

/** A model that answers, and what was last said of it. */
export interface LoadedModel {
  engine: Engine;
  options: ChatOptions;
  /** The last answer, as far as it came. */
  message: string;
  stats: RuntimeStats;
}

/** The models of one engine, by their ids. */
export class LoadedModels {
  readonly #models = new Map<string, LoadedModel>();

  add(modelId: string, engine: Engine, options: ChatOptions): void {
    this.#models.set(modelId, { engine, options, message: '', stats: new RuntimeStats() });
  }

  /** Throws `ModelNotLoadedError`, `UnclearModelToUseError` and `SpecifiedModelNotFoundError`. */
  get(modelId: string | null | undefined): LoadedModel {
    const ids = [...this.#models.keys()];
    const [only] = this.#models.values();
    if (only === undefined) {
      throw new WebLLMError(
        'ModelNotLoadedError',
        'model-not-loaded',
        'engine: expected a loaded model, got none',
        'Call reload(modelId) or CreateMLCEngine(modelId) first.',
      );
    }
    if (modelId === null || modelId === undefined || modelId === '') {
      if (ids.length === 1) return only;
      throw missing('UnclearModelToUseError', ids, 'none');
    }
    const named = this.#models.get(modelId);
    if (named === undefined) throw missing('SpecifiedModelNotFoundError', ids, modelId);
    return named;
  }

  async unload(): Promise<void> {
    const models = [...this.#models.values()];
    this.#models.clear();
    await Promise.all(models.map(({ engine }) => engine.unload()));
  }
}

function missing(name: string, ids: string[], got: string): WebLLMError {
  const message = `model: expected one of ${ids.join(', ')}, got ${got}`;
  return new WebLLMError(name, 'request-invalid', message, 'Name a loaded model.', { field: 'model' });
}
