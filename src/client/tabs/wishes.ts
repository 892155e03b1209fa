import { sameJson } from '../../lib/json';
import type { LoadOptions } from '../../protocol/engine';
import { MixtabError } from '../../protocol/errors';
import type { SharedEngine } from './messages';

/**
 * What a tab asked for and the engine that other tabs use does not give, as `request-invalid` whose data has the `field` and, as `shared`, the
 * options that are met; null if all is met. Longer contexts and exact answers meet every wish; the budget can be set from any tab; paging
 * changes no answer.
 */
export function unmetWish(wish: LoadOptions, { info, load }: SharedEngine): MixtabError | null {
  const { contextLength = 0, kernelVariant, lossy } = wish;
  const lossyNow = load.lossy ?? {};
  const unmet = (field: keyof LoadOptions, expected: string): MixtabError =>
    new MixtabError(
      'request-invalid',
      `${field}: expected ${expected}, got ${JSON.stringify(wish[field] ?? {})} for the engine that other tabs use already`,
      `Close the model in the other tabs and load it again, or load it here with their ${field}.`,
      { field, shared: { contextLength: info.contextLength, lossy: lossyNow } },
    );
  if (contextLength > info.contextLength) return unmet('contextLength', `up to ${info.contextLength}`);
  if (kernelVariant !== undefined && kernelVariant !== info.kernelVariant) {
    return unmet('kernelVariant', info.kernelVariant);
  }
  if (Object.values(lossyNow).some((mode) => mode !== undefined) && !sameJson(lossy ?? {}, lossyNow)) {
    return unmet('lossy', JSON.stringify(lossyNow));
  }
  return null;
}
