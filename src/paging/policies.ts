import type { PolicyName } from '../protocol/paging';
import { LfruPolicy, LfuPolicy } from './frequency-policies';
import { LeastStalePolicy } from './least-stale-policy';
import { type EvictionPolicy, LruPolicy, type PolicyShape } from './policy';
import { ReusePolicy } from './reuse-policy';

/** The policy where none is asked for: the one that wins on recorded traces, see docs/paging.md. */
export const DEFAULT_POLICY: PolicyName = 'reuse';

const MAKERS: Record<PolicyName, new (shape: PolicyShape) => EvictionPolicy> = {
  lru: LruPolicy,
  lfu: LfuPolicy,
  lfru: LfruPolicy,
  'least-stale': LeastStalePolicy,
  reuse: ReusePolicy,
};

export function makePolicy(name: PolicyName, shape: PolicyShape): EvictionPolicy {
  return new MAKERS[name](shape);
}
