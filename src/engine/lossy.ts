import type { ModelConfig } from '../model/config';
import { MixtabError } from '../protocol/errors';
import type { LossyOptions } from '../protocol/paging';

/** The shape that a model runs in: its own, or with another number of experts a token. Throws `request-invalid` for options out of range. */
export function lossyConfig(config: ModelConfig, options: LossyOptions = {}): ModelConfig {
  const { topK = config.topK, residentMargin = 0, skipBelow = 0 } = options;
  if (!(Number.isInteger(topK) && topK >= 1 && topK <= config.nExperts)) {
    throw invalid('experts a token', `1 to ${config.nExperts}`, topK);
  }
  if (!(residentMargin >= 0)) throw invalid('margin for resident experts', '0 or more', residentMargin);
  if (!(skipBelow >= 0 && skipBelow <= 1))
    throw invalid('weight below which a choice is left out', '0 to 1', skipBelow);
  return { ...config, topK };
}

function invalid(what: string, expected: string, got: unknown): MixtabError {
  return new MixtabError('request-invalid', `${what}: expected ${expected}, got ${got}`, 'Correct the lossy options.');
}
