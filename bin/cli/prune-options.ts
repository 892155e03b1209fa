import { type Options, parse, UsageError, whole } from './options';

export interface PruneCommand {
  name: 'prune';
  /** `tiny` or a pack folder. */
  source: string;
  out: string;
  /** The `count` most important experts of each layer by a trace, or a list of them for each layer in a JSON file. */
  keep: { trace: string; count: number } | { experts: string };
  /** Undefined: made of the source's. */
  modelName: string | undefined;
}

const OPTIONS = {
  keep: { type: 'string' },
  trace: { type: 'string' },
  experts: { type: 'string' },
  name: { type: 'string' },
} as const satisfies Options;

export function parsePrune(argv: string[]): PruneCommand {
  const { values, positionals } = parse(argv, OPTIONS, ['SRC', 'OUT']);
  const [source = '', out = ''] = positionals;
  return { name: 'prune', source, out, keep: keepOf(values), modelName: values.name };
}

function keepOf(values: { keep?: string; trace?: string; experts?: string }): PruneCommand['keep'] {
  const count = whole('--keep', values.keep, 1, 4096);
  const { trace, experts } = values;
  if (experts !== undefined && trace === undefined && count === undefined) return { experts };
  if (experts === undefined && trace !== undefined && count !== undefined) return { trace, count };
  throw new UsageError('prune: expected --keep N with --trace FILE, or --experts FILE alone');
}
