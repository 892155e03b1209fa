import {
  type ExpertId,
  type LossyOptions,
  type PagingOptions,
  POLICY_NAMES,
  type PolicyName,
} from '../../src/protocol/paging';
import { number, type Options, UsageError, whole } from './options';

/** How `mixtab run` pages, and what it may trade for speed. */
export const PAGING_OPTIONS = {
  policy: { type: 'string' },
  'ram-mb': { type: 'string' },
  'no-prefetch': { type: 'boolean' },
  pin: { type: 'string' },
  'resident-margin': { type: 'string' },
  'skip-below': { type: 'string' },
  'experts-per-token': { type: 'string' },
  'stand-ins': { type: 'boolean' },
} as const satisfies Options;

type Values = { [K in keyof typeof PAGING_OPTIONS]?: string | boolean };

const MOST_EXPERTS = 2 ** 16;

export function pagingOptions(values: Values): PagingOptions {
  const ramMb = number('--ram-mb', text(values['ram-mb']), (mb) => mb >= 0 && mb < 1e9, 'a number of megabytes');
  return {
    policy: policyName(text(values.policy)),
    ramBytes: ramMb === undefined ? undefined : ramMb * 1e6,
    prefetch: values['no-prefetch'] !== true,
    pinned: text(values.pin)?.split(',').map(expertId),
  };
}

export function lossyOptions(values: Values): LossyOptions {
  const atLeast0 = (margin: number) => margin >= 0;
  const share = (weight: number) => weight >= 0 && weight <= 1;
  return {
    residentMargin: number('--resident-margin', text(values['resident-margin']), atLeast0, 'a number, 0 or more'),
    skipBelow: number('--skip-below', text(values['skip-below']), share, 'a number from 0 to 1'),
    topK: whole('--experts-per-token', text(values['experts-per-token']), 1, MOST_EXPERTS),
    standIns: values['stand-ins'] === true,
  };
}

export function policyName(given: string | undefined): PolicyName | undefined {
  const name = POLICY_NAMES.find((known) => known === given);
  if (given === undefined || name !== undefined) return name;
  throw new UsageError(`--policy: expected ${POLICY_NAMES.join(', ')}, got ${given}`);
}

/** `layer/expert`, as records are named. */
function expertId(given: string): ExpertId {
  const [layer, expert, ...rest] = given.split('/');
  if (rest.length > 0 || expert === undefined) throw new UsageError(`--pin: expected LAYER/EXPERT, got ${given}`);
  return { layer: index(layer), expert: index(expert) };
}

const index = (given: string | undefined): number => whole('--pin', given, 0, MOST_EXPERTS) ?? 0;

const text = (value: string | boolean | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined;
