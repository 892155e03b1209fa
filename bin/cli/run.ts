import { access, constants, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { EngineRequest } from '../../src/client/request';
import { writeTrace } from '../../src/paging/trace';
import { MixtabError } from '../../src/protocol/errors';
import type { HeadlessEvent } from '../headless/api';
import type { RunCommand } from './args';
import { buildDist } from './dist';
import { resolveModel } from './model-source';
import { toReport } from './report';
import { openSession } from './session';
import { StatusLine } from './status-line';

/** `mixtab run`: one request to the app's own engine. Text goes to stdout as it comes, or one JSON object at the end. */
export async function run(command: RunCommand, root: string, signal: AbortSignal): Promise<void> {
  const status = new StatusLine(process.stderr);
  if (command.logitsFile !== undefined) await checkWritable('--logits', command.logitsFile);
  if (command.traceFile !== undefined) await checkWritable('--trace', command.traceFile);
  const { model, mounts } = await resolveModel(command.model, command.format);
  const dist = await buildDist(root, status.log);
  signal.throwIfAborted();

  let streamed = '';
  const onEvent = (event: HeadlessEvent) => {
    if (event.type === 'progress') status.progress(event.progress);
    else if (event.type === 'import') status.importing(event.progress);
    else {
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
      paging: command.paging,
      lossy: command.lossy,
    });
    status.clear();
    const { result, engine } = await session.generate(
      { ...requestOf(command), stream: !command.json },
      command.logitsFile,
    );
    if (command.traceFile !== undefined && result.trace) await writeFile(command.traceFile, writeTrace(result.trace));
    if (command.json) process.stdout.write(`${JSON.stringify(toReport(result, engine))}\n`);
    else process.stdout.write(`${result.text.slice(streamed.length)}\n`);
    streamed = '';
  } finally {
    status.clear();
    // A failure in mid-answer is told on a line of its own.
    if (streamed !== '' && process.stdout.isTTY) process.stdout.write('\n');
    await session.close();
  }
}

/** What is not given takes the model's own default. */
function requestOf({ input, temperature, topP, seed, maxTokens, traceFile }: RunCommand): EngineRequest {
  return {
    input: 'chat' in input ? { messages: [{ role: 'user', content: input.chat }] } : input,
    sampling: { seed, ...(temperature !== undefined && { temperature }), ...(topP !== undefined && { topP }) },
    maxTokens,
    trace: traceFile !== undefined,
  };
}

/** Before the long work, not after it. */
async function checkWritable(option: string, file: string): Promise<void> {
  try {
    await access(dirname(resolve(file)), constants.W_OK);
  } catch {
    throw new MixtabError(
      'storage-failed',
      `${option} ${file}: expected a folder that can be written to, got none`,
      'Make the folder, or choose another path.',
    );
  }
}
