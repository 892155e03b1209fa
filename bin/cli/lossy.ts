import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { benchLossy, type HeldOutText, type LossyFigures, type LossyReport } from '../../bench/lossy';
import { buildDist } from './dist';
import { snakeCase } from './report';
import { openSession } from './session';
import { StatusLine } from './status-line';

/** Texts that the embedded model was not trained on, as token ids. */
const TEXTS = 'tests/fixtures/tiny/eval.json';

/** `mixtab bench lossy`: see bench/lossy.ts. */
export async function benchLossyModes({ json }: { json: boolean }, root: string, signal: AbortSignal): Promise<void> {
  const status = new StatusLine(process.stderr);
  const texts: HeldOutText[] = JSON.parse(await readFile(join(root, TEXTS), 'utf8'));
  const dist = await buildDist(root, status.log);
  const profileDir = await mkdtemp(join(tmpdir(), 'mixtab-lossy-'));
  try {
    const session = await openSession({ dist, mounts: {}, profileDir, signal, onEvent: () => {} });
    try {
      const report = await benchLossy(session, texts, status.log);
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

const COLUMNS: [name: string, value: (figures: LossyFigures) => string][] = [
  ['mode', ({ mode, share }) => (share === 0.5 ? mode : `${mode}, at ${percent(share, 0)}`)],
  ['slots', ({ slots }) => `${slots}`],
  ['perplexity', ({ perplexity }) => perplexity.toFixed(2)],
  ['change', ({ perplexityChange }) => signed(perplexityChange)],
  ['KL, nats', ({ klNats }) => klNats.toFixed(4)],
  ['picks changed', ({ changedPicks }) => percent(changedPicks)],
  ['on copies', ({ stoodIn }) => percent(stoodIn)],
  ['misses a token', ({ missesPerToken }) => missesPerToken.toFixed(2)],
  ['saved', ({ missesSaved }) => percent(missesSaved)],
  ['paged a token', ({ bytesPerToken }) => `${(bytesPerToken / 1e6).toFixed(2)} MB`],
  ['tok/s', ({ tokensPerSecond }) => tokensPerSecond.toFixed(1)],
  ['speed', ({ speedup }) => `${speedup.toFixed(2)}x`],
];

/** A Markdown table, as the pages in docs/ take it. */
function text({ adapter, tokens, modes }: LossyReport): string {
  const row = (cells: string[]) => `| ${cells.join(' | ')} |`;
  const rows = [
    COLUMNS.map(([name]) => name),
    COLUMNS.map((_, i) => (i === 0 ? '---' : '---:')),
    ...modes.map((figures) => COLUMNS.map(([, value]) => value(figures))),
  ];
  return `${adapter}, ${tokens} tokens\n\n${rows.map(row).join('\n')}\n`;
}

const percent = (share: number, digits = 1): string => `${(100 * share).toFixed(digits)}%`;
const signed = (share: number): string => `${share < 0 ? '' : '+'}${percent(share)}`;
