import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HeldOutText } from '../../bench/lossy';
import { benchPruning, type PruningFigures, type PruningReport } from '../../bench/pruning';
import { buildDist } from './dist';
import { snakeCase } from './report';
import { openSession } from './session';
import { StatusLine } from './status-line';

/** Texts that the embedded model was not trained on, as token ids. */
const TEXTS = 'tests/fixtures/tiny/eval.json';

/** `mixtab bench pruning`: see bench/pruning.ts. */
export async function benchExpertPruning(
  { json }: { json: boolean },
  root: string,
  signal: AbortSignal,
): Promise<void> {
  const status = new StatusLine(process.stderr);
  const texts: HeldOutText[] = JSON.parse(await readFile(join(root, TEXTS), 'utf8'));
  const dist = await buildDist(root, status.log);
  const profileDir = await mkdtemp(join(tmpdir(), 'mixtab-pruning-'));
  try {
    const session = await openSession({ dist, mounts: {}, profileDir, signal, onEvent: () => {} });
    try {
      status.log('pruning and measuring ...');
      const report = await benchPruning(session, texts);
      status.clear();
      process.stdout.write(json ? `${JSON.stringify(snakeCase(report, 6))}\n` : text(report));
    } finally {
      await session.close();
    }
  } finally {
    status.clear();
    await rm(profileDir, { recursive: true, force: true });
  }
}

/** A Markdown table, as the pages in docs/ take it. */
function text({ adapter, tokens, rows }: PruningReport): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  const kinds = Object.keys(rows[0]?.kinds ?? {});
  const head = ['experts a layer', 'pack, bytes', 'GPU memory', 'nats a token', 'perplexity', 'change', ...kinds];
  const lines = [head, head.map((_, i) => (i === 0 ? '---' : '---:')), ...rows.map((row) => cellsOf(row, kinds))];
  return `${adapter}, ${tokens} tokens\n\n${lines.map(line).join('\n')}\n`;
}

function cellsOf(row: PruningFigures, kinds: string[]): string[] {
  const change = `${row.perplexityChange < 0 ? '' : '+'}${(100 * row.perplexityChange).toFixed(1)}%`;
  return [
    `${row.experts}`,
    row.packBytes.toLocaleString('en'),
    `${(row.mostBytes / 1e6).toFixed(1)} MB`,
    row.natsPerToken.toFixed(4),
    row.perplexity.toFixed(2),
    change,
    ...kinds.map((kind) => (row.kinds[kind] ?? Number.NaN).toFixed(2)),
  ];
}
