import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lossyTables, mixtralHits, mixtralSpeeds, traceHits } from './paging-tables';

const PAGE = 'docs/paging.md';
const RATES = 'src/paging/hit-rates.ts';

/** The page with its tables made anew, and the module with the hit rates that `mixtab inspect` expects. */
export function pagingGuide(root: string): Record<string, string> {
  const hits = mixtralHits();
  const tables: Record<string, string> = {
    ...traceHits(readFileSync(join(root, 'tests/fixtures/traces/tiny.ndjson'), 'utf8')),
    'mixtral hits': hits.table,
    ...mixtralSpeeds(),
    ...lossyTables(),
  };
  const page = readFileSync(join(root, PAGE), 'utf8').replaceAll(
    /(<!-- table: (.+?) -->\n)[\s\S]*?(<!-- end -->)/g,
    (_, begin: string, name: string, end: string) => `${begin}\n${tables[name] ?? `No table ${name}.`}\n\n${end}`,
  );
  return { [PAGE]: page, [RATES]: ratesModule(hits.rates) };
}

export function main(root: string): void {
  for (const [file, text] of Object.entries(pagingGuide(root))) writeFileSync(join(root, file), text);
}

function ratesModule(rates: { slots: number; rate: number }[]): string {
  const lines = rates.map(({ slots, rate }) => `  { share: ${slots / 256}, rate: ${Number(rate.toFixed(3))} },`);
  return `/**
 * Hit rates of the default policy on Mixtral 8x7B by the share of experts that have slots: simulated on the repetition that arXiv 2401.04088,
 * Table 5, measured. Made by \`node scripts/paging-guide.mjs\`.
 */
export const HIT_RATES = [
${lines.join('\n')}
] as const;
`;
}
