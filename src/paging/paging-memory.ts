import type { PackLayout } from '../pack/layout';
import type { RecordReader } from '../pack/record-reader';
import { MixtabError } from '../protocol/errors';
import { type ExpertId, type PagingOptions, POLICY_NAMES, type PolicyName } from '../protocol/paging';
import { ExpertSource } from './expert-source';
import { noPaging, type PagingTotals } from './figures';
import { DEFAULT_POLICY, makePolicy } from './policies';
import type { EvictionPolicy, PolicyShape } from './policy';
import { Prefetcher } from './prefetcher';
import type { ArenaPlan } from './slots';
import { Transitions } from './transitions';

/** What paging has learned and keeps outside the GPU: it outlives a change of budget and the loss of a device. */
export interface PagingMemory {
  readonly policyName: PolicyName;
  readonly policy: EvictionPolicy;
  /** Null where it was turned off. */
  readonly prefetcher: Prefetcher | null;
  readonly source: ExpertSource;
  readonly totals: PagingTotals;
  /** Keys, in the order in which they were asked for. */
  readonly pinned: readonly number[];
}

/** Throws `request-invalid` for options that name what is not there. */
export function pagingMemory({ config }: PackLayout, reader: RecordReader, options: PagingOptions = {}): PagingMemory {
  const policyName = options.policy ?? DEFAULT_POLICY;
  if (!POLICY_NAMES.includes(policyName)) throw invalid('policy', POLICY_NAMES.join(', '), policyName);
  const { ramBytes } = options;
  if (ramBytes !== undefined && !(Number.isFinite(ramBytes) && ramBytes >= 0)) {
    throw invalid('RAM for experts', '0 or more bytes', ramBytes);
  }
  const totals = noPaging(config);
  return {
    policyName,
    policy: makePolicy(policyName, config),
    prefetcher: options.prefetch === false ? null : new Prefetcher(config, new Transitions(config), totals),
    source: new ExpertSource(reader, { ...config, ramBytes: ramBytes ?? 0, totals }),
    totals,
    pinned: (options.pinned ?? []).map((id) => keyOf(config, id)),
  };
}

/** Those of the pinned experts that leave every arena the slots that a layer's picks need. */
export function pinnedIn(arenas: readonly ArenaPlan[], pinned: readonly number[], shape: PolicyShape): number[] {
  const room = arenas.map(({ slots }) => slots - shape.topK);
  return pinned.filter((key) => {
    const layer = Math.floor(key / shape.nExperts);
    const arena = arenas.findIndex((plan) => layer < plan.firstLayer + plan.layers);
    const left = room[arena] ?? 0;
    room[arena] = left - 1;
    return left > 0;
  });
}

function keyOf({ nLayers, nExperts }: PolicyShape, { layer, expert }: ExpertId): number {
  const within = (value: number, end: number) => Number.isInteger(value) && value >= 0 && value < end;
  if (within(layer, nLayers) && within(expert, nExperts)) return layer * nExperts + expert;
  throw invalid('pinned expert', `layer 0 to ${nLayers - 1}, expert 0 to ${nExperts - 1}`, `${layer}, ${expert}`);
}

function invalid(what: string, expected: string, got: unknown): MixtabError {
  return new MixtabError('request-invalid', `${what}: expected ${expected}, got ${got}`, 'Correct the paging options.');
}
