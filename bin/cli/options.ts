import { type ParseArgsConfig, parseArgs } from 'node:util';

/** Wrong usage: shown with the usage text, exit status 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export type Options = NonNullable<ParseArgsConfig['options']>;

const MAY_BE_EMPTY = ['prompt', 'chat'];

/** Node's strict parser, and on top: no option twice, exactly the positionals that are named. */
export function parse<const T extends Options>(argv: string[], options: T, positionals: string[]) {
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

export function number(
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

export function whole(option: string, text: string | undefined, least: number, most: number): number | undefined {
  const fits = (value: number) => Number.isInteger(value) && value >= least && value <= most;
  return number(option, text, fits, `a whole number from ${least} to ${most}`);
}

/** GB/s, 10^9 bytes a second. */
export function gigabytes(option: string, text: string | undefined): number | undefined {
  const value = number(option, text, (gb) => gb > 0 && gb < 1e6, 'a number of gigabytes a second above 0');
  return value === undefined ? undefined : value * 1e9;
}

/** 1 MB is 10^6 bytes. */
export function megabytes(option: string, text: string | undefined): number | undefined {
  const value = number(option, text, (mb) => mb > 0 && mb < 1e9, 'a number of megabytes above 0');
  return value === undefined ? undefined : Math.floor(value * 1e6);
}
