import { isObject } from '../../lib/json';
import type { LoadOptions, ModelInfo } from '../../protocol/engine';
import { type LossyOptions, POLICY_NAMES, type PolicyName } from '../../protocol/paging';

/** How a model is to be loaded, where the user chose. What is left out is as the engine has it by default. */
export interface MemoryOptions {
  contextLength?: number | undefined;
  /** System memory for experts, bytes; 0: none. */
  ramBytes?: number | undefined;
  policy?: PolicyName | undefined;
  lossy?: LossyOptions | undefined;
}

/** For the engine. */
export function loadOptionsOf({ contextLength, ramBytes, policy, lossy }: MemoryOptions = {}): LoadOptions {
  return {
    ...(contextLength === undefined ? {} : { contextLength }),
    ...(ramBytes === undefined && policy === undefined ? {} : { paging: { ramBytes, policy } }),
    ...(lossy === undefined || !isLossy(lossy) ? {} : { lossy }),
  };
}

/** How a model that is there was loaded, which need not be what this tab asked for. */
export function optionsOf({ contextLength, loaded }: ModelInfo): Required<MemoryOptions> {
  return { contextLength, ramBytes: loaded.ramBytes ?? undefined, policy: loaded.policy, lossy: loaded.lossy };
}

/** Whether two choices load the same. */
export function sameOptions(a: MemoryOptions, b: MemoryOptions): boolean {
  const same = a.contextLength === b.contextLength && a.ramBytes === b.ramBytes && a.policy === b.policy;
  return same && sameLossy(a.lossy ?? {}, b.lossy ?? {});
}

export function isLossy(lossy: LossyOptions): boolean {
  return Object.values(lossy).some((mode) => mode !== undefined);
}

/** Whether a model's answers are approximate: a lossy mode is on. */
export function isApproximate(info: ModelInfo | null): boolean {
  return info !== null && isLossy(info.loaded.lossy);
}

/** Options by model id from what storage holds; a broken one is as if it had not been chosen. */
export function parseMemoryOptions(value: unknown): Record<string, MemoryOptions> {
  if (!isObject(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([id, options]) => [id, parseOptions(options)]));
}

function parseOptions(value: unknown): MemoryOptions {
  const raw = isObject(value) ? value : {};
  return {
    contextLength:
      isWithin(raw.contextLength, 1) && Number.isInteger(raw.contextLength) ? raw.contextLength : undefined,
    ramBytes: isWithin(raw.ramBytes, 0) ? raw.ramBytes : undefined,
    policy: POLICY_NAMES.find((name) => name === raw.policy),
    lossy: parseLossy(raw.lossy),
  };
}

function parseLossy(value: unknown): LossyOptions {
  const raw = isObject(value) ? value : {};
  const { residentMargin, skipBelow, topK, standIns } = raw;
  return {
    ...(isWithin(residentMargin, 0) ? { residentMargin } : {}),
    ...(isWithin(skipBelow, 0) && skipBelow < 1 ? { skipBelow } : {}),
    ...(isWithin(topK, 1) && Number.isInteger(topK) ? { topK } : {}),
    ...(standIns === true ? { standIns } : {}),
  };
}

function sameLossy(a: LossyOptions, b: LossyOptions): boolean {
  const fields = ['residentMargin', 'skipBelow', 'topK', 'standIns'] as const satisfies (keyof LossyOptions)[];
  return fields.every((field) => a[field] === b[field]);
}

function isWithin(value: unknown, least: number): value is number {
  return typeof value === 'number' && value >= least && Number.isFinite(value);
}
