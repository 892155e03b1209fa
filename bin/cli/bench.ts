import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { benchEmbeddedModel } from '../../bench/embedded-model';
import type { BenchEngine, Figure } from '../../bench/figures';
import { benchImport } from '../../bench/repack';
import { buildDist } from './dist';
import { openSession } from './session';
import { StatusLine } from './status-line';

/** `mixtab bench`: the benchmarks in bench/, in a browser profile of their own. */
export async function bench({ json }: { json: boolean }, root: string, signal: AbortSignal): Promise<void> {
  const status = new StatusLine(process.stderr);
  const dist = await buildDist(root, status.log);
  const profileDir = await mkdtemp(join(tmpdir(), 'mixtab-bench-'));
  let adapter = '';
  const open = async (budgetBytes?: number): Promise<BenchEngine> => {
    status.log(`Measuring with ${budgetBytes ? `${(budgetBytes / 1e6).toFixed(1)} MB` : 'every expert resident'} ...`);
    const session = await openSession({
      dist,
      mounts: {},
      profileDir,
      signal,
      onEvent: () => {},
    });
    try {
      const info = await session.load({ id: 'tiny', path: '/models/tiny/' }, { budgetBytes });
      adapter = info.adapter;
      return { ...session, info };
    } catch (error) {
      await session.close();
      throw error;
    }
  };
  try {
    const figures = await benchEmbeddedModel(open);
    status.clear();
    process.stdout.write(json ? `${JSON.stringify({ adapter, figures })}\n` : `${adapter}\n${table(figures)}`);
  } finally {
    status.clear();
    await rm(profileDir, { recursive: true, force: true });
  }
}

/** `mixtab bench import`: repacking and quantizing, in this process; no GPU and no browser. */
export async function benchImports({ json }: { json: boolean }): Promise<void> {
  const status = new StatusLine(process.stderr);
  const figures = await benchImport(status.log);
  status.clear();
  process.stdout.write(json ? `${JSON.stringify({ figures })}\n` : table(figures));
}

function table(figures: Figure[]): string {
  const width = Math.max(...figures.map(({ name }) => name.length));
  return figures
    .map(({ name, value, unit }) => `${name.padEnd(width)}  ${value.toFixed(2)} ${unit}`.trimEnd())
    .join('\n')
    .concat('\n');
}
