import { benchLossy, type LossyFigures, type LossyReport } from '../../bench/lossy';
import { benchOnTexts } from './bench-texts';

/** `mixtab bench lossy`: see bench/lossy.ts. */
export async function benchLossyModes({ json }: { json: boolean }, root: string, signal: AbortSignal): Promise<void> {
  await benchOnTexts({ name: 'lossy', run: benchLossy, text }, { json }, root, signal);
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
