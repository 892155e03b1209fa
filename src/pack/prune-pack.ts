import { show } from '../lib/json';
import type { ModelConfig } from '../model/config';
import { areExperts } from '../model/expert-mask';
import { MixtabError } from '../protocol/errors';
import { denseName, expertName, layoutOf, type PackLayout, packLayout, partOf, recordKind } from './layout';
import type { Manifest } from './manifest';

/**
 * A pack of which some experts are left out (expert pruning, arXiv 2212.09811): those that are kept are numbered anew in their order, and the
 * routers lose the rows of the others. As many are kept in every layer, so what comes out is a pack like any other.
 */
export interface Pruning {
  /** Experts a layer before. */
  experts: number;
  /** By layer: ids of those that are kept, as they were before, ascending. */
  keep: number[][];
}

/** Bytes of a record before that stand somewhere in a record after. */
export interface Copy {
  from: number;
  to: number;
  bytes: number;
}

/** What a record of a pruned pack is made of: some bytes of one record of the pack before, ascending in both. */
export interface PrunedRecord {
  /** Its name before. */
  source: string;
  /** Null: all of it, as it is. */
  copies: Copy[] | null;
}

/** Checks which experts are to be kept, wherever it comes from. Throws `request-invalid`. */
export function checkKeep({ nLayers, nExperts, topK }: ModelConfig, keep: unknown): number[][] {
  if (!Array.isArray(keep) || keep.length !== nLayers) throw invalid(`a list for each of ${nLayers} layers`, keep);
  const count = Array.isArray(keep[0]) ? keep[0].length : 0;
  if (count < topK || count >= nExperts) {
    throw invalid(`${topK} to ${nExperts - 1} of ${nExperts} experts a layer`, count);
  }
  for (const [layer, ids] of keep.entries()) {
    if (!isKept(ids, count, nExperts)) throw invalid(`layer ${layer}: ${count} ids below ${nExperts}, ascending`, ids);
  }
  return keep;
}

/** Whether a value is a list of so many ids of experts, ascending. */
export function isKept(ids: unknown, count: number, nExperts: number): ids is number[] {
  return areExperts(ids, nExperts) && ids.length === count;
}

/** Shape and layout of what is left. */
export function prunedLayout({ config, formats }: Pick<Manifest, 'config' | 'formats'>, keep: number[][]): PackLayout {
  return packLayout({ ...config, nExperts: keep[0]?.length ?? 0 }, formats);
}

/** What a record of the pruned pack, by its name there, is made of. Throws RangeError for a name that it does not have. */
export function prunedRecord(before: PackLayout, after: PackLayout, keep: number[][], name: string): PrunedRecord {
  const kind = recordKind(after.config, name);
  if (kind === 'embedding' || kind === 'head') return { source: name, copies: null };
  const [, first = 0, expert = 0] = name.split('/').map(Number);
  const source = kind === 'expert' ? expertName(first, keep[first]?.[expert] ?? -1) : denseName(first);
  const [from, to] = [layoutOf(before, source), layoutOf(after, name)];
  if (kind === 'expert') return { source, copies: null };
  const rowBytes = before.config.dim * 4;
  const copies = to.parts.flatMap((part) =>
    Object.entries(part.planes).flatMap(([plane, { offset, bytes }]): Copy[] => {
      const start = partOf(from, part.tensor).planes[plane]?.offset ?? Number.NaN;
      if (part.tensor !== 'gate') return [{ from: start, to: offset, bytes }];
      const rows = keep[first - 1] ?? [];
      return rows.map((id, row) => ({ from: start + id * rowBytes, to: offset + row * rowBytes, bytes: rowBytes }));
    }),
  );
  return { source, copies: copies.sort((a, b) => a.to - b.to) };
}

function invalid(expected: string, got: unknown): MixtabError {
  return new MixtabError(
    'request-invalid',
    `experts to keep: expected ${expected}, got ${show(got)}`,
    'Keep as many experts in every layer, at least as many as a token uses, and leave out one or more.',
  );
}
