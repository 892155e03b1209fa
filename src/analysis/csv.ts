import { type LayerMeasures, measureLayers } from './measures';
import type { RoutingCounts } from './routing-counts';

/** What was counted of one domain's text. */
export interface DomainCounts {
  name: string;
  counts: RoutingCounts;
}

type Cell = string | number | null;

/** Tables as CSV (RFC 4180): numbers in full, an empty field where nothing was measured. */
export function csvOf(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return [head, ...rows].map((row) => `${row.map(field).join(',')}\r\n`).join('');
}

/** By domain, layer and expert: how often it is chosen. */
export function loadCsv(domains: readonly DomainCounts[]): string {
  const head = ['domain', 'layer', 'expert', 'first_choice_share', 'pick_share', 'mean_weight'];
  const rows = byLayer(domains, ({ name }, layer, { firstShares, pickShares, meanWeights }) =>
    pickShares.map((share, e) => [name, layer, e, firstShares[e] ?? 0, share, meanWeights[e] ?? 0]),
  );
  return csvOf(head, rows);
}

/** By domain and layer: repetition and balance. */
export function layersCsv(domains: readonly DomainCounts[]): string {
  const head = [
    ...['domain', 'layer', 'tokens', 'pairs', 'first_choice_repetition', 'any_choice_repetition'],
    ...['entropy_bits', 'max_over_mean', 'coefficient_of_variation'],
  ];
  const rows = byLayer(domains, ({ name, counts: { tokens, pairs } }, layer, m) => [
    [name, layer, tokens, pairs, m.repeatedFirst, m.repeatedAny, m.entropyBits, m.maxOverMean, m.variation],
  ]);
  return csvOf(head, rows);
}

/** By domain, layer and pair of experts: the share of tokens that pick both. */
export function togetherCsv(domains: readonly DomainCounts[]): string {
  const rows = byLayer(domains, ({ name }, layer, { together }) =>
    together.flatMap((row, a) => row.map((share, b) => [name, layer, a, b, share])),
  );
  return csvOf(['domain', 'layer', 'expert_a', 'expert_b', 'token_share'], rows);
}

function byLayer(
  domains: readonly DomainCounts[],
  rowsOf: (domain: DomainCounts, layer: number, measures: LayerMeasures) => Cell[][],
): Cell[][] {
  return domains.flatMap((domain) =>
    measureLayers(domain.counts).flatMap((measures, layer) => rowsOf(domain, layer, measures)),
  );
}

function field(cell: Cell): string {
  const text = cell === null ? '' : String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
