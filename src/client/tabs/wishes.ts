import { sameJson } from '../../lib/json';
import type { LoadOptions } from '../../protocol/engine';
import { invalid } from '../request';
import type { SharedEngine } from './messages';

/**
 * What a tab asked for and the engine that other tabs use does not give, as `request-invalid`; null if all is met. Longer contexts and exact
 * answers meet every wish; the budget can be set from any tab; paging changes no answer.
 */
export function unmetWish({ contextLength = 0, kernelVariant, lossy }: LoadOptions, { info, load }: SharedEngine) {
  const got = (value: unknown): string => `${JSON.stringify(value)} for the engine that other tabs use already`;
  if (contextLength > info.contextLength) {
    return invalid('contextLength', `up to ${info.contextLength}`, got(contextLength));
  }
  if (kernelVariant !== undefined && kernelVariant !== info.kernelVariant) {
    return invalid('kernelVariant', info.kernelVariant, got(kernelVariant));
  }
  const lossyNow = load.lossy ?? {};
  if (Object.values(lossyNow).some((mode) => mode !== undefined) && !sameJson(lossy ?? {}, lossyNow)) {
    return invalid('lossy', JSON.stringify(lossyNow), got(lossy ?? {}));
  }
  return null;
}
