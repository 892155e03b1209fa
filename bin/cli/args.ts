import { TYPICAL_SPEEDS } from '../../src/paging/rules-of-thumb';
import type { LossyOptions, PagingOptions, PolicyName } from '../../src/protocol/paging';
import { MOST_LAYERS } from '../../src/synthetic/shape';
import { gigabytes, megabytes, number, type Options, parse, UsageError, whole } from './options';

import { lossyOptions, PAGING_OPTIONS, pagingOptions, policyName } from './paging-options';
import { type PruneCommand, parsePrune } from './prune-options';

export { UsageError };

export type RunInput = { prompt: string } | { chat: string } | { ids: number[] };

export interface RunCommand {
  name: 'run';
  model: string;
  /** What float weights of a checkpoint become. */
  format: PackFormat;
  input: RunInput;
  maxTokens: number;
  /** Undefined: the model's own default. */
  temperature: number | undefined;
  topP: number | undefined;
  seed: number;
  budgetBytes: number | undefined;
  contextLength: number | undefined;
  kernelVariant: string | undefined;
  paging: PagingOptions;
  lossy: LossyOptions;
  json: boolean;
  logitsFile: string | undefined;
  traceFile: string | undefined;
  profileDir: string | undefined;
}

export type PackFormat = 'q4' | 'q8';

export interface ConvertCommand {
  name: 'convert';
  source: string;
  out: string;
  format: PackFormat;
}

export interface InspectCommand {
  name: 'inspect';
  source: string;
  format: PackFormat;
  budgetBytes: number | undefined;
  storageBytesPerSecond: number;
  gpuBytesPerSecond: number;
  json: boolean;
}

export interface FullSizeCommand {
  name: 'bench';
  what: 'fullsize';
  layers: number;
  /** Narrow shapes: what is measured means nothing, but all parts run. */
  narrow: boolean;
  budgets: number[];
  ramBytes: number;
  prefetch: boolean;
  kernelVariant: string | undefined;
  tokens: number;
  profileDir: string | undefined;
  json: boolean;
}

export interface SimulateCommand {
  name: 'simulate';
  /** A file, or `mixtral`: made-up routing with the published statistics. */
  trace: string;
  /** Undefined: all of them, and Belady's bound. */
  policy: PolicyName | undefined;
  /** Undefined: a quarter, a half and three quarters of all experts. */
  slots: number | undefined;
  storageBytesPerSecond: number;
  gpuBytesPerSecond: number;
  json: boolean;
}

export type Command =
  | RunCommand
  | ConvertCommand
  | InspectCommand
  | PruneCommand
  | SimulateCommand
  | { name: 'bench'; what: 'model' | 'import' | 'lossy' | 'pruning'; json: boolean }
  | FullSizeCommand
  | { name: 'help' }
  | { name: 'version' };

const RUN_OPTIONS = {
  model: { type: 'string' },
  format: { type: 'string' },
  prompt: { type: 'string' },
  chat: { type: 'string' },
  ids: { type: 'string' },
  'max-tokens': { type: 'string' },
  temperature: { type: 'string' },
  'top-p': { type: 'string' },
  seed: { type: 'string' },
  'budget-mb': { type: 'string' },
  ctx: { type: 'string' },
  kernel: { type: 'string' },
  json: { type: 'boolean' },
  logits: { type: 'string' },
  trace: { type: 'string' },
  'profile-dir': { type: 'string' },
  ...PAGING_OPTIONS,
} as const satisfies Options;

const INSPECT_OPTIONS = {
  format: { type: 'string' },
  'budget-mb': { type: 'string' },
  'storage-gbps': { type: 'string' },
  'gpu-gbps': { type: 'string' },
  json: { type: 'boolean' },
} as const satisfies Options;

const SIMULATE_OPTIONS = {
  policy: { type: 'string' },
  slots: { type: 'string' },
  'storage-gbps': { type: 'string' },
  'gpu-gbps': { type: 'string' },
  json: { type: 'boolean' },
} as const satisfies Options;

const BENCH_OPTIONS = { json: { type: 'boolean' } } as const satisfies Options;

const FULL_SIZE_OPTIONS = {
  layers: { type: 'string' },
  narrow: { type: 'boolean' },
  'gpu-mb': { type: 'string', multiple: true },
  'ram-mb': { type: 'string' },
  'no-prefetch': { type: 'boolean' },
  kernel: { type: 'string' },
  tokens: { type: 'string' },
  'profile-dir': { type: 'string' },
  json: { type: 'boolean' },
} as const satisfies Options;

/** Parses what follows `mixtab`. Throws {@link UsageError} for all that is not exactly as the usage says. */
export function parseCommand(argv: string[]): Command {
  const [name, ...rest] = argv;
  if (name === undefined) throw new UsageError('expected a command');
  if (name === '--version' || name === '-v') return { name: 'version' };
  if (name === '--help' || name === '-h' || name === 'help' || rest.includes('--help')) return { name: 'help' };
  switch (name) {
    case 'run':
      return parseRun(rest);
    case 'convert': {
      const { values, positionals } = parse(rest, { format: { type: 'string' } }, ['SRC', 'OUT']);
      const [source = '', out = ''] = positionals;
      return { name, source, out, format: packFormat(values.format) };
    }
    case 'inspect': {
      const { values, positionals } = parse(rest, INSPECT_OPTIONS, ['SRC']);
      return {
        name,
        source: positionals[0] ?? '',
        format: packFormat(values.format),
        budgetBytes: megabytes('--budget-mb', values['budget-mb']),
        storageBytesPerSecond:
          gigabytes('--storage-gbps', values['storage-gbps']) ?? TYPICAL_SPEEDS.storageBytesPerSecond,
        gpuBytesPerSecond: gigabytes('--gpu-gbps', values['gpu-gbps']) ?? TYPICAL_SPEEDS.gpuBytesPerSecond,
        json: values.json ?? false,
      };
    }
    case 'prune':
      return parsePrune(rest);
    case 'simulate': {
      const { values, positionals } = parse(rest, SIMULATE_OPTIONS, ['TRACE']);
      return {
        name,
        trace: positionals[0] ?? '',
        policy: policyName(values.policy),
        slots: whole('--slots', values.slots, 1, 1e6),
        storageBytesPerSecond:
          gigabytes('--storage-gbps', values['storage-gbps']) ?? TYPICAL_SPEEDS.storageBytesPerSecond,
        gpuBytesPerSecond: gigabytes('--gpu-gbps', values['gpu-gbps']) ?? TYPICAL_SPEEDS.gpuBytesPerSecond,
        json: values.json ?? false,
      };
    }
    case 'bench':
      // Without a word: what the embedded model's speed is.
      if (rest[0] === 'import' || rest[0] === 'lossy' || rest[0] === 'pruning')
        return { name, what: rest[0], json: parse(rest.slice(1), BENCH_OPTIONS, []).values.json ?? false };
      if (rest[0] === 'fullsize') return parseFullSize(rest.slice(1));
      return { name, what: 'model', json: parse(rest, BENCH_OPTIONS, []).values.json ?? false };
    default:
      throw new UsageError(`expected run, convert, inspect, prune, simulate or bench, got ${name}`);
  }
}

function parseRun(argv: string[]): RunCommand {
  const { values } = parse(argv, RUN_OPTIONS, []);
  if (values.model === undefined) throw new UsageError('run: expected --model SRC');
  return {
    name: 'run',
    model: values.model,
    format: packFormat(values.format),
    input: runInput(values.prompt, values.chat, values.ids),
    maxTokens: whole('--max-tokens', values['max-tokens'], 1, 1e6) ?? 128,
    temperature: number('--temperature', values.temperature, (t) => t >= 0 && t <= 100, 'a number from 0 to 100'),
    topP: number('--top-p', values['top-p'], (p) => p > 0 && p <= 1, 'a number above 0, at most 1'),
    seed: whole('--seed', values.seed, 0, 2 ** 32 - 1) ?? 0,
    budgetBytes: megabytes('--budget-mb', values['budget-mb']),
    contextLength: whole('--ctx', values.ctx, 1, 2 ** 31),
    kernelVariant: values.kernel,
    paging: pagingOptions(values),
    lossy: lossyOptions(values),
    json: values.json ?? false,
    logitsFile: values.logits,
    traceFile: values.trace,
    profileDir: values['profile-dir'],
  };
}

function parseFullSize(argv: string[]): FullSizeCommand {
  const { values } = parse(argv, FULL_SIZE_OPTIONS, []);
  const budgets = (values['gpu-mb'] ?? ['4000,2000']).flatMap((list) => list.split(','));
  return {
    name: 'bench',
    what: 'fullsize',
    layers: whole('--layers', values.layers, 1, MOST_LAYERS) ?? MOST_LAYERS,
    narrow: values.narrow ?? false,
    budgets: budgets.flatMap((text) => megabytes('--gpu-mb', text) ?? []),
    ramBytes: (number('--ram-mb', values['ram-mb'], (mb) => mb >= 0 && mb < 1e9, 'a number of megabytes') ?? 0) * 1e6,
    prefetch: !values['no-prefetch'],
    kernelVariant: values.kernel,
    tokens: whole('--tokens', values.tokens, 1, 256) ?? 8,
    profileDir: values['profile-dir'],
    json: values.json ?? false,
  };
}

function packFormat(text = 'q4'): PackFormat {
  if (text !== 'q4' && text !== 'q8') throw new UsageError(`--format: expected q4 or q8, got ${text}`);
  return text;
}

function runInput(prompt: string | undefined, chat: string | undefined, ids: string | undefined): RunInput {
  const inputs: RunInput[] = [];
  if (prompt !== undefined) inputs.push({ prompt });
  if (chat !== undefined) inputs.push({ chat });
  if (ids !== undefined) inputs.push({ ids: tokenIds(ids) });
  const [input, second] = inputs;
  if (input === undefined || second !== undefined) {
    throw new UsageError(`run: expected exactly one of --prompt, --chat and --ids, got ${inputs.length}`);
  }
  return input;
}

function tokenIds(text: string): number[] {
  if (!/^\d{1,9}(,\d{1,9})*$/.test(text)) {
    throw new UsageError(`--ids: expected whole numbers with commas between them, got "${text}"`);
  }
  return text.split(',').map(Number);
}
