import { access, constants } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { BuildError, buildApp } from '../../scripts/build.mjs';
import type { EngineRequest } from '../../src/client/request';
import { MixtabError } from '../../src/protocol/errors';
import type { HeadlessEvent } from '../headless/api';
import type { RunCommand } from './args';
import { resolveModel } from './model-source';
import { toReport } from './report';
import { openSession } from './session';
import { StatusLine } from './status-line';

/** `mixtab run`: one request to the app's own engine. Text goes to stdout as it comes, or one JSON object at the end. */
export async function run(command: RunCommand, root: string, signal: AbortSignal): Promise<void> {
  const status = new StatusLine(process.stderr);
  if (command.logitsFile !== undefined) await checkWritable(command.logitsFile);
  const packsDir = command.profileDir ? join(command.profileDir, 'packs') : join(tmpdir(), 'mixtab-packs');
  const { model, mounts } = await resolveModel(command.model, packsDir, status.log);
  const dist = await build(root, status.log);
  signal.throwIfAborted();

  let streamed = '';
  const onEvent = (event: HeadlessEvent) => {
    if (event.type === 'progress') status.progress(event.progress);
    else if (!command.json) {
      streamed += event.text;
      process.stdout.write(event.text);
    }
  };
  const profileDir = command.profileDir && resolve(command.profileDir);
  const session = await openSession({ dist, mounts, profileDir, signal, onEvent });
  try {
    await session.load(model, {
      budgetBytes: command.budgetBytes,
      contextLength: command.contextLength,
      kernelVariant: command.kernelVariant,
    });
    status.clear();
    const { result, engine } = await session.generate(requestOf(command), command.logitsFile);
    if (command.json) process.stdout.write(`${JSON.stringify(toReport(result, engine))}\n`);
    else process.stdout.write(`${result.text.slice(streamed.length)}\n`);
  } finally {
    status.clear();
    await session.close();
  }
}

/** What is not given takes the model's own default. */
function requestOf({ input, temperature, topP, seed, maxTokens }: RunCommand): EngineRequest {
  return {
    input: 'chat' in input ? { messages: [{ role: 'user', content: input.chat }] } : input,
    sampling: { seed, ...(temperature !== undefined && { temperature }), ...(topP !== undefined && { topP }) },
    maxTokens,
  };
}

async function build(root: string, log: (line: string) => void): Promise<string> {
  try {
    return await buildApp(root, log);
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    throw new MixtabError('internal', error.message, 'Mend what the build reports, or check out a released version.');
  }
}

/** Before the long work, not after it. */
async function checkWritable(file: string): Promise<void> {
  try {
    await access(dirname(resolve(file)), constants.W_OK);
  } catch {
    throw new MixtabError(
      'storage-failed',
      `--logits ${file}: expected a folder that can be written to, got none`,
      'Make the folder, or choose another path.',
    );
  }
}
