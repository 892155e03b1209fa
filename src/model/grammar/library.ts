import type * as XGrammar from '@mlc-ai/web-xgrammar';
import { MixtabError } from '../../protocol/errors';

/**
 * Grammars that may fail before no more are read. Each leaves a part of the library's stack in use (its WebAssembly ends by a trap, without
 * unwinding); some ninety would use it up.
 */
const MOST_FAILURES = 32;

let loading: Promise<typeof XGrammar> | null = null;
let failures = 0;
/** What the library says of the grammar that it reads: it knows no other way to give a reason. */
let said: string[] = [];

/** XGrammar (arXiv 2411.15100), loaded at its first use: 1.1 MB with its WebAssembly inside. */
export function loadXGrammar(): Promise<typeof XGrammar> {
  loading ??= start().catch((error: unknown) => {
    loading = null;
    throw error;
  });
  return loading;
}

async function start(): Promise<typeof XGrammar> {
  const library = await import('@mlc-ai/web-xgrammar');
  // Its WebAssembly binds the console's methods when it starts, and keeps them.
  const { log, error } = console;
  const listen = (...words: unknown[]) => {
    said.push(words.join(' '));
  };
  Object.assign(console, { log: listen, error: listen });
  try {
    await library.Grammar.fromEBNF('root ::= "a"').then((grammar) => grammar.dispose());
  } finally {
    Object.assign(console, { log, error });
  }
  return library;
}

/** Runs one reading of a grammar. A failure, or a warning that a part of it is ignored, is an error with the library's reason. */
export async function reading<T>(read: () => Promise<T>): Promise<T> {
  if (failures >= MOST_FAILURES) {
    throw new MixtabError(
      'request-invalid',
      `grammar: expected at most ${MOST_FAILURES} that fail, got more`,
      'Unload the model and load it again: its grammar library has no room for more errors.',
    );
  }
  said = [];
  try {
    const result = await read();
    const warning = said.find((line) => line.includes('[WARNING]'));
    if (warning) throw new Error(reasonOf(warning));
    return result;
  } catch (error) {
    if (!(error instanceof WebAssembly.RuntimeError)) throw error;
    failures++;
    const fatal = said.find((line) => line.includes('[FATAL]'));
    throw new Error(fatal ? reasonOf(fatal) : 'it is too large', { cause: error });
  }
}

/** `[FATAL] /path/file.cc:123: Check failed: (condition) is false: reason` */
function reasonOf(line: string): string {
  return line
    .replace(/^.*?\.(?:cc|h):\d+: /, '')
    .replace(/^Check failed: .*? is false: /, '')
    .trim();
}
