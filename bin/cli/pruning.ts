import { benchPruning, type PruningFigures, type PruningReport } from '../../bench/pruning';
import { benchOnTexts } from './bench-texts';

/** `mixtab bench pruning`: see bench/pruning.ts. */
export async function benchExpertPruning(
  { json }: { json: boolean },
  root: string,
  signal: AbortSignal,
): Promise<void> {
  await benchOnTexts(
    {
      name: 'pruning',
      run: async (session, texts, log) => {
        log('pruning and measuring ...');
        return benchPruning(session, texts);
      },
      text,
    },
    { json },
    root,
    signal,
  );
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
