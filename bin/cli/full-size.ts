import { mkdir, mkdtemp, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { benchFullSize, type FullSizeReport } from '../../bench/full-size';
import { PeakMemory } from '../../bench/peak-memory';
import { MixtabError } from '../../src/protocol/errors';
import type { Repetition } from '../../src/synthetic/repetition';
import type { FullSizeCommand } from './args';
import { buildDist } from './dist';
import { snakeCase } from './report';
import { openSession, type Session } from './session';
import { StatusLine } from './status-line';

/** Besides the records: what the browser holds of them on their way, and its own files. */
const SPARE_BYTES = 1e9;

/** `mixtab bench fullsize`: see bench/full-size.ts. Without a profile folder of the user's all that was made is removed at the end. */
export async function benchFullSizeModel(command: FullSizeCommand, root: string, signal: AbortSignal): Promise<void> {
  const { profileDir, json } = command;
  const model = { layers: command.layers, narrow: command.narrow };
  const status = new StatusLine(process.stderr);
  const dist = await buildDist(root, status.log);
  const folder = profileDir === undefined ? await mkdtemp(join(tmpdir(), 'mixtab-fullsize-')) : resolve(profileDir);
  const memory = new PeakMemory();
  try {
    await mkdir(folder, { recursive: true });
    const session = await openSession({
      dist,
      mounts: {},
      profileDir: folder,
      signal,
      onEvent: (event) => {
        if (event.type === 'import') status.importing(event.progress);
        else if (event.type === 'progress') status.progress(event.progress);
      },
    });
    try {
      await checkRoom(session, model, folder);
      const report = await benchFullSize(session, { ...command, model }, memory, status.log);
      status.clear();
      process.stdout.write(json ? `${JSON.stringify(snakeCase(report))}\n` : text(report));
    } finally {
      memory.stop();
      await session.close();
    }
  } finally {
    status.clear();
    if (profileDir === undefined) await rm(folder, { recursive: true, force: true });
  }
}

/** Before the long work, not in the middle of it. */
async function checkRoom(session: Session, model: { layers: number; narrow: boolean }, folder: string): Promise<void> {
  const { storedBytes, totalBytes } = await session.syntheticState(model);
  const neededBytes = storedBytes < totalBytes ? totalBytes - storedBytes + SPARE_BYTES : 0;
  const { bavail, bsize } = await statfs(folder);
  const freeBytes = bavail * bsize;
  if (freeBytes >= neededBytes) return;
  throw new MixtabError(
    'storage-full',
    `${folder}: expected ${gigabytes(neededBytes)} free for a model of ${model.layers} layers, got ${gigabytes(freeBytes)}`,
    'Take fewer --layers, or a --profile-dir where there is room.',
    { neededBytes, freeBytes },
  );
}

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(2)} GB`;
const rate = (bytesPerSecond: number): string => `${(bytesPerSecond / 1e9).toFixed(3)} GB/s`;
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const ms = (value: number): string => `${value.toFixed(0)} ms`;
const held = (bytes: number | null): string => (bytes === null ? 'unknown' : gigabytes(bytes));

function text({ adapter, layers, packBytes, made, runs, repetition }: FullSizeReport): string {
  const lines: [string, string][] = [
    ['adapter', adapter],
    ['layers', `${layers}, ${gigabytes(packBytes)}`],
    [
      'made',
      made ? `${gigabytes(made.bytes)} in ${made.seconds.toFixed(1)} s, with ${held(made.peakMemory)}` : 'was there',
    ],
  ];
  for (const run of runs) {
    const { first, again, mixed } = run.loopRate;
    lines.push(
      ['', ''],
      ['GPU budget', `${gigabytes(run.budgetBytes)}, ${run.slots} of ${run.expertsTotal} experts`],
      ['decode', `${run.tokensPerSecond.toFixed(3)} tok/s, ${ms(run.tokenMs)} a token, tokens: ${run.tokens}`],
      ['hit rate', percent(run.hitRate)],
      ['paged in a token', `${gigabytes(run.pagedBytes)}, of which needed: ${gigabytes(run.neededBytes)}`],
      ['GPU idle a token', ms(run.stallMs)],
      ['compute a token', ms(run.computeMs)],
      ['page-in', `${rate(run.pageInRate)} while reading, ${percent(run.shareOfLoop)} of the loop's`],
      ['the same in a loop', `${rate(mixed)}: first reads ${rate(first)}, again ${rate(again)}`],
      ['token over floor', `${run.overFloor.toFixed(3)} times the larger of compute and needed bytes`],
      ['reads in flight', `${run.readsInFlight.mean.toFixed(1)}, at most ${run.readsInFlight.most}`],
      [
        'memory',
        `${held(run.memory.before)} before, at most ${held(run.memory.peak)}, ${held(run.memory.after)} after`,
      ],
      ['GPU bytes after', `${run.gpuBytesAfter}`],
    );
  }
  const mean = (of: keyof Repetition): string =>
    percent(repetition.reduce((sum, layer) => sum + layer[of], 0) / repetition.length);
  lines.push(
    ['', ''],
    ['routing', `${mean('any')} of tokens pick an expert of the one before, ${mean('first')} the same first`],
  );
  return lines
    .map(([name, value]) => `${name.padEnd(20)}${value}`.trimEnd())
    .join('\n')
    .concat('\n');
}
