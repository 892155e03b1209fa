import { type ParseArgsConfig, parseArgs } from 'node:util';
import { POLICY_NAMES, type PolicyName } from '../../src/protocol/paging';
import { MOST_LAYERS } from '../../src/synthetic/shape';

/** Wrong usage: shown with the usage text, exit status 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

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
  | SimulateCommand
  | { name: 'bench'; what: 'model' | 'import'; json: boolean }
  | FullSizeCommand
  | { name: 'help' }
  | { name: 'version' };

type Options = NonNullable<ParseArgsConfig['options']>;

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
  tokens: { type: 'string' },
  'profile-dir': { type: 'string' },
  json: { type: 'boolean' },
} as const satisfies Options;

/** What Chromium reads from IndexedDB to the GPU, about, and a laptop's GPU: for those who do not say. */
const STORAGE_BYTES_PER_SECOND = 1e9;
const GPU_BYTES_PER_SECOND = 400e9;

const MAY_BE_EMPTY = ['prompt', 'chat'];

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
        storageBytesPerSecond: gigabytes('--storage-gbps', values['storage-gbps']) ?? STORAGE_BYTES_PER_SECOND,
        gpuBytesPerSecond: gigabytes('--gpu-gbps', values['gpu-gbps']) ?? GPU_BYTES_PER_SECOND,
        json: values.json ?? false,
      };
    }
    case 'simulate': {
      const { values, positionals } = parse(rest, SIMULATE_OPTIONS, ['TRACE']);
      return {
        name,
        trace: positionals[0] ?? '',
        policy: policyName(values.policy),
        slots: whole('--slots', values.slots, 1, 1e6),
        storageBytesPerSecond: gigabytes('--storage-gbps', values['storage-gbps']) ?? STORAGE_BYTES_PER_SECOND,
        gpuBytesPerSecond: gigabytes('--gpu-gbps', values['gpu-gbps']) ?? GPU_BYTES_PER_SECOND,
        json: values.json ?? false,
      };
    }
    case 'bench':
      // Without a word: what the embedded model's speed is.
      if (rest[0] === 'import')
        return { name, what: 'import', json: parse(rest.slice(1), BENCH_OPTIONS, []).values.json ?? false };
      if (rest[0] === 'fullsize') return parseFullSize(rest.slice(1));
      return { name, what: 'model', json: parse(rest, BENCH_OPTIONS, []).values.json ?? false };
    default:
      throw new UsageError(`expected run, convert, inspect, simulate or bench, got ${name}`);
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
    tokens: whole('--tokens', values.tokens, 1, 256) ?? 8,
    profileDir: values['profile-dir'],
    json: values.json ?? false,
  };
}

function packFormat(text = 'q4'): PackFormat {
  if (text !== 'q4' && text !== 'q8') throw new UsageError(`--format: expected q4 or q8, got ${text}`);
  return text;
}

function policyName(text: string | undefined): PolicyName | undefined {
  const name = POLICY_NAMES.find((known) => known === text);
  if (text === undefined || name !== undefined) return name;
  throw new UsageError(`--policy: expected one of ${POLICY_NAMES.join(', ')}, got ${text}`);
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

/** Node's strict parser, and on top: no option twice, exactly the positionals that are named. */
function parse<const T extends Options>(argv: string[], options: T, positionals: string[]) {
  try {
    const parsed = parseArgs({ args: argv, options, strict: true, allowPositionals: true, tokens: true });
    const seen = new Set<string>();
    for (const token of parsed.tokens) {
      if (token.kind !== 'option') continue;
      if (seen.has(token.name) && !options[token.name]?.multiple)
        throw new UsageError(`--${token.name}: expected once, got twice`);
      seen.add(token.name);
      if (token.value === '' && !MAY_BE_EMPTY.includes(token.name))
        throw new UsageError(`--${token.name}: expected a value`);
    }
    const extra = parsed.positionals[positionals.length];
    if (extra !== undefined) throw new UsageError(`expected no further argument, got ${extra}`);
    const missing = positionals[parsed.positionals.length];
    if (missing !== undefined) throw new UsageError(`expected ${missing}`);
    return parsed;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    throw new UsageError(message.split('\n')[0]);
  }
}

function number(
  option: string,
  text: string | undefined,
  fits: (value: number) => boolean,
  expected: string,
): number | undefined {
  if (text === undefined) return undefined;
  const value = /^-?\d*\.?\d+(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
  if (!fits(value)) throw new UsageError(`${option}: expected ${expected}, got ${text}`);
  return value;
}

function whole(option: string, text: string | undefined, least: number, most: number): number | undefined {
  const fits = (value: number) => Number.isInteger(value) && value >= least && value <= most;
  return number(option, text, fits, `a whole number from ${least} to ${most}`);
}

/** GB/s, 10^9 bytes a second. */
function gigabytes(option: string, text: string | undefined): number | undefined {
  const value = number(option, text, (gb) => gb > 0 && gb < 1e6, 'a number of gigabytes a second above 0');
  return value === undefined ? undefined : value * 1e9;
}

/** 1 MB is 10^6 bytes. */
function megabytes(option: string, text: string | undefined): number | undefined {
  const value = number(option, text, (mb) => mb > 0 && mb < 1e9, 'a number of megabytes above 0');
  return value === undefined ? undefined : Math.floor(value * 1e6);
}
