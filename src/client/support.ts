import { type Gpu, type GpuLimits, openGpu } from '../gpu/device';
import { deviceMemoryGb } from '../lib/device-memory';
import { footprint, recordsBytes } from '../pack/footprint';
import type { ModelShape } from '../pack/formats';
import { packLayout } from '../pack/layout';
import { planBudget } from '../paging/budget';
import { type BudgetReport, expectAtBudget } from '../paging/expectation';
import { type Speeds, TYPICAL_SPEEDS } from '../paging/rules-of-thumb';
import { type ErrorData, MixtabError, toErrorData } from '../protocol/errors';
import type { StorageInfo } from '../protocol/library';
import { storageEstimate } from '../store/quota';
import { invalid } from './request';
import { type SupportedModel, shapeOf } from './support-shape';
import { checkStorage } from './support-storage';

/** What an expectation assumes. Give what you have measured: without, it is what many machines do. */
export interface SupportOptions extends Partial<Speeds> {
  /** GPU memory, bytes. Default: the recommended one. */
  budgetBytes?: number | undefined;
}

/** What a model takes, bytes. */
export interface ModelNeeds {
  /** Stored. */
  packBytes: number;
  /** GPU memory: without which it does not run, and with every expert resident. */
  leastBytes: number;
  mostBytes: number;
}

/** What this browser on this machine can do for Mixtab. */
export interface Support {
  /** Whether an engine can run; `reasons` says why not. */
  ok: boolean;
  /** What is in the way. Empty where `ok`. */
  reasons: ErrorData[];
  /** What works less well, though an engine runs: weights that cannot be kept, models that cannot be imported. */
  notices: ErrorData[];
  /** Vendor, architecture and description of the graphics adapter; null where there is none. */
  adapter: string | null;
  /** Whether the adapter is a program on the CPU, as SwiftShader is: the same answers, slowly. */
  softwareAdapter: boolean;
  /** Of the adapter, bytes: the largest buffer and the largest piece of one that a kernel can see. */
  limits: GpuLimits | null;
  /** What this site stores, and what the browser says it may; null where it does not tell. */
  storage: StorageInfo | null;
  /** What the model takes; null without one. */
  needs: ModelNeeds | null;
  /**
   * GPU memory to begin with, bytes. A guess: no browser tells how much there is. Half of what `navigator.deviceMemory` says of the system's
   * memory (browsers round it and end at 8 GB or so; where they say nothing, 4 GB), within what the model can use. An engine that is refused
   * memory makes do with less. Null where not `ok`.
   */
  recommendedBudgetBytes: number | null;
  /** Of decoding at that budget: `expected.decodeTokensPerSecond`. Null without a model, and where `expected` is. */
  expectedTokensPerSecond: number | null;
  /**
   * How the figure came about: slots, hit rate and paged bytes that follow from the budget, and the speeds that were assumed (1 GB/s of
   * storage and 400 GB/s of GPU memory, unless options say otherwise). Nothing is measured. Null of a software adapter, unless
   * `gpuBytesPerSecond` is given.
   */
  expected: BudgetReport | null;
}

/**
 * What an engine would find here, in a page or a worker, without loading a model: WebGPU, a device with what the kernels need, storage,
 * locks, and with a model what it takes and how fast it would be. Of a model on a host its manifest is fetched where it is not stored.
 * What is missing is in the answer; it rejects for a wrong argument (`request-invalid`) and a model that cannot be found or read.
 *
 * @example
 * ```ts
 * const support = await checkSupport('tiny');
 * if (!support.ok) show(support.reasons[0].hint);
 * else await createEngine('tiny', { budgetBytes: support.recommendedBudgetBytes });
 * ```
 */
export async function checkSupport(model?: SupportedModel, options: SupportOptions = {}): Promise<Support> {
  checkOptions(options);
  const [found, notices, storage, shape] = await Promise.all([
    findGpu(),
    checkStorage(),
    storageEstimate(),
    model === undefined ? null : shapeOf(model),
  ]);
  const needs = shape && needsOf(shape);
  const about = { notices, storage, needs, adapter: null, softwareAdapter: false, limits: null };
  if (found instanceof MixtabError) return { ...about, ...refused(found) };
  const { adapter, softwareAdapter, limits } = found;
  const here = { ...about, adapter, softwareAdapter, limits };
  try {
    return { ...here, ok: true, reasons: [], ...expect(found, shape, options) };
  } catch (error) {
    return { ...here, ...refused(error) };
  }
}

type Judgement = Pick<Support, 'ok' | 'reasons' | 'recommendedBudgetBytes' | 'expectedTokensPerSecond' | 'expected'>;

function refused(error: unknown): Judgement {
  const nothing = { recommendedBudgetBytes: null, expectedTokensPerSecond: null, expected: null };
  return { ok: false, reasons: [toErrorData(error)], ...nothing };
}

interface FoundGpu {
  adapter: string;
  softwareAdapter: boolean;
  limits: GpuLimits;
}

/** As the engine opens it, so that what it needs is said in one place. */
async function findGpu(): Promise<FoundGpu | MixtabError> {
  if (!globalThis.isSecureContext) return insecure();
  let gpu: Gpu;
  try {
    gpu = await openGpu();
  } catch (error) {
    return MixtabError.from(toErrorData(error));
  }
  const { adapterName: adapter, softwareAdapter, limits, device } = gpu;
  device.destroy();
  return { adapter, softwareAdapter, limits };
}

/** Throws `adapter-unsupported` where the adapter cannot hold a model's experts, `budget-too-small` for a budget that was asked about. */
function expect(
  { limits, softwareAdapter }: FoundGpu,
  shape: ModelShape | null,
  options: SupportOptions,
): Omit<Judgement, 'ok' | 'reasons'> {
  if (shape === null) return { recommendedBudgetBytes: guessBytes(), expectedTokensPerSecond: null, expected: null };
  const pack = packLayout(shape.config, shape.formats);
  const needs = footprint(pack);
  const recommendedBudgetBytes = Math.min(needs.mostBytes, Math.max(needs.leastBytes, guessBytes()));
  const budgetBytes = options.budgetBytes ?? recommendedBudgetBytes;
  planBudget(
    shape.config,
    limits,
    needs.slotBytes,
    needs.denseBytes + needs.kvBytes + needs.activationBytes,
    budgetBytes,
  );
  const known = !softwareAdapter || options.gpuBytesPerSecond !== undefined;
  const expected = known ? expectAtBudget(pack, budgetBytes, speedsOf(options)) : null;
  return { recommendedBudgetBytes, expectedTokensPerSecond: expected?.decodeTokensPerSecond ?? null, expected };
}

function needsOf({ config, formats }: ModelShape): ModelNeeds {
  const pack = packLayout(config, formats);
  const { leastBytes, mostBytes } = footprint(pack);
  return { packBytes: recordsBytes(pack), leastBytes, mostBytes };
}

/** See {@link Support.recommendedBudgetBytes}. */
function guessBytes(): number {
  return ((deviceMemoryGb() ?? 4) * 1e9) / 2;
}

function checkOptions(options: SupportOptions): void {
  for (const [field, value] of Object.entries(options)) {
    if (!FIELDS.has(field)) throw invalid(field, [...FIELDS].join(', '), field);
    if (value !== undefined && !(typeof value === 'number' && value > 0 && value < Number.POSITIVE_INFINITY)) {
      throw invalid(field, 'a number above 0', value);
    }
  }
}

const FIELDS = new Set<string>([
  'budgetBytes',
  'storageBytesPerSecond',
  'gpuBytesPerSecond',
] satisfies (keyof SupportOptions)[]);

function speedsOf({ storageBytesPerSecond, gpuBytesPerSecond }: SupportOptions): Speeds {
  return {
    storageBytesPerSecond: storageBytesPerSecond ?? TYPICAL_SPEEDS.storageBytesPerSecond,
    gpuBytesPerSecond: gpuBytesPerSecond ?? TYPICAL_SPEEDS.gpuBytesPerSecond,
  };
}

function insecure(): MixtabError {
  return new MixtabError(
    'webgpu-unavailable',
    'page: expected a secure context, which WebGPU needs, got plain HTTP',
    'Serve the page by HTTPS, or from localhost.',
  );
}
