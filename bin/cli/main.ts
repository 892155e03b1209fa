import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MixtabError } from '../../src/protocol/errors';
import { type Command, parseCommand, UsageError } from './args';
import { bench, benchImports } from './bench';
import { convertCommand } from './convert-command';
import { failureLine } from './failure';
import { benchFullSizeModel } from './full-size';
import { inspectCommand } from './inspect-command';
import { benchLossyModes } from './lossy';
import { pruneCommand } from './prune-command';
import { benchExpertPruning } from './pruning';
import { run } from './run';
import { simulateCommand } from './simulate-command';
import { USAGE } from './usage';

/** Exit status of a program that Ctrl-C ended. */
const INTERRUPTED = 130;

/** The `mixtab` command; `root` is the checkout. Resolves to the exit status. */
export async function main(argv: string[], root: string): Promise<number> {
  try {
    await perform(parseCommand(argv), root);
    return 0;
  } catch (error) {
    if (error instanceof UsageError) {
      process.stderr.write(`mixtab: ${error.message}\n\n${USAGE}`);
      return 2;
    }
    if (error instanceof MixtabError && error.code === 'aborted') return INTERRUPTED;
    process.stderr.write(`${failureLine(error)}\n`);
    return 1;
  }
}

async function perform(command: Command, root: string): Promise<void> {
  switch (command.name) {
    case 'run':
      return await interruptible((signal) => run(command, root, signal));
    case 'convert':
      return await convertCommand(command);
    case 'inspect':
      return await inspectCommand(command, root);
    case 'prune':
      return await pruneCommand(command, root);
    case 'simulate':
      return await simulateCommand(command);
    case 'bench':
      if (command.what === 'import') return await benchImports(command);
      return await interruptible((signal) => {
        if (command.what === 'fullsize') return benchFullSizeModel(command, root, signal);
        if (command.what === 'pruning') return benchExpertPruning(command, root, signal);
        return command.what === 'lossy' ? benchLossyModes(command, root, signal) : bench(command, root, signal);
      });
    case 'help':
      process.stdout.write(USAGE);
      return;
    case 'version':
      process.stdout.write(`${JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version}\n`);
  }
}

/** Lets the work clean up on Ctrl-C, undisturbed by a second one: npx and the terminal can both send it, and cleaning up is bounded. */
async function interruptible(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const controller = new AbortController();
  const abort = () => controller.abort();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, abort);
  try {
    await work(controller.signal);
  } catch (error) {
    // Whatever broke because of it, the cause is the Ctrl-C.
    throw controller.signal.aborted ? new MixtabError('aborted', 'interrupted') : error;
  } finally {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.off(name, abort);
  }
}
