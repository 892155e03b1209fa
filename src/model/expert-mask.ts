import { invalid } from '../lib/invalid-request';
import { show } from '../lib/json';
import type { ModelInfo } from '../protocol/engine';

/** By layer the experts that may be picked, ascending; null where that is every one. */
export type KeptExperts = readonly (readonly number[])[] | null;

/** The experts that a request may use, in the form that says least. Throws `request-invalid`. */
export function checkExperts(
  experts: unknown,
  { layers, experts: count, topK }: Pick<ModelInfo, 'layers' | 'experts' | 'topK'>,
): number[][] | null {
  if (experts === undefined || experts === null) return null;
  if (!Array.isArray(experts) || experts.length !== layers) {
    throw invalid('experts', `a list for each of ${layers} layers`, Array.isArray(experts) ? experts.length : experts);
  }
  for (const [layer, list] of experts.entries()) {
    if (areExperts(list, count) && list.length >= topK) continue;
    throw invalid(`experts[${layer}]`, `${topK} or more ids from 0 to ${count - 1}, ascending`, show(list));
  }
  return experts.every((list) => list.length === count) ? null : experts;
}

/** Whether a value is a list of ids of experts, ascending. */
export function areExperts(ids: unknown, nExperts: number): ids is number[] {
  if (!Array.isArray(ids)) return false;
  // A list's holes are passed over by `every`, not by what copies it.
  return [...ids].every((id, n) => Number.isInteger(id) && id >= 0 && id < nExperts && (n === 0 || id > ids[n - 1]));
}

/** The experts of a layer that may be picked. */
export function keptOf(kept: KeptExperts, layer: number, nExperts: number): readonly number[] {
  return kept?.[layer] ?? Array.from({ length: nExperts }, (_, expert) => expert);
}
