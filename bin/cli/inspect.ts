import { readJson } from '../../src/checkpoint/json-file';
import type { ModelConfig } from '../../src/model/config';
import { type Footprint, footprint, parameters, recordsBytes } from '../../src/pack/footprint';
import { type Formats, formatsName } from '../../src/pack/formats';
import { packLayout, recordNames } from '../../src/pack/layout';
import { validateManifest } from '../../src/pack/manifest';
import { type BudgetReport, expectAtBudget } from '../../src/paging/expectation';
import type { Speeds } from '../../src/paging/rules-of-thumb';
import { MixtabError } from '../../src/protocol/errors';
import type { InspectCommand } from './args';
import { nodeFolder } from './node-source';
import { isGguf, openCheckpoint } from './open-checkpoint';
import { openRemote } from './remote-source';
import { verifyPack } from './verify-pack';

export interface InspectReport {
  kind: 'checkpoint' | 'pack';
  name: string;
  config: ModelConfig;
  parameters: { total: number; active: number };
  /** What a checkpoint's matrices are stored as, and its weights' bytes; null of a pack. */
  source: { types: string[]; bytes: number } | null;
  /** Of the pack that is there or would be made. */
  formats: Formats;
  records: { count: number; bytes: number };
  footprint: Footprint;
  /** With every expert resident, and with the budget that was asked about. */
  expected: BudgetReport[];
  /** A line for each record of a pack that is missing or damaged; null where none was read, as of a pack on the web. */
  faults: string[] | null;
}

export interface Inspection {
  text: string[];
  json: InspectReport;
}

export type InspectOptions = Pick<InspectCommand, 'format' | 'budgetBytes'> & Speeds;

/**
 * What a Hugging Face folder, a GGUF file or a pack folder holds, what it needs and what to expect of it. The records of a pack on this
 * machine are all read and their hashes compared.
 * Throws `model-not-found`, `checkpoint-invalid`, `config-unsupported`, `manifest-invalid`, and what the web is in for.
 */
export async function inspect(source: string, options: InspectOptions): Promise<Inspection> {
  const found = (await openPack(source)) ?? (await inspectCheckpoint(source, options.format));
  const { config } = found;
  const pack = packLayout(config, found.formats);
  const needs = footprint(pack);
  const budgets = options.budgetBytes === undefined ? [needs.mostBytes] : [needs.mostBytes, options.budgetBytes];
  const json: InspectReport = {
    ...found,
    parameters: parameters(config),
    records: { count: recordNames(config).length, bytes: recordsBytes(pack) },
    footprint: needs,
    expected: budgets.map((budgetBytes) => expectAtBudget(pack, budgetBytes, options)),
  };
  return { text: lines(json), json };
}

type Found = Pick<InspectReport, 'kind' | 'name' | 'config' | 'source' | 'formats' | 'faults'>;

async function openPack(source: string): Promise<Found | null> {
  const remote = await openRemote(source);
  const json = await readJson(remote?.folder ?? nodeFolder(source), 'manifest.json');
  if (json === null) return null;
  const manifest = validateManifest(json);
  const { name, config, formats } = manifest;
  return {
    kind: 'pack',
    name,
    config,
    source: null,
    formats,
    faults: remote ? null : await verifyPack(source, manifest),
  };
}

async function inspectCheckpoint(source: string, wish: 'q4' | 'q8'): Promise<Found> {
  const local = (await openRemote(source)) === null;
  if (local && !isGguf(source) && (await nodeFolder(source).open('config.json')) === null) {
    throw new MixtabError(
      'model-not-found',
      `${source}: expected a .gguf file or a folder with manifest.json (a pack) or config.json (Hugging Face), got neither`,
      'Check the path.',
      { source },
    );
  }
  const checkpoint = await openCheckpoint(source);
  const { name, config, matrixTypes, sourceBytes } = checkpoint;
  return {
    kind: 'checkpoint',
    name,
    config,
    source: { types: matrixTypes, bytes: sourceBytes },
    formats: checkpoint.formats(wish),
    faults: [],
  };
}

function lines(report: InspectReport): string[] {
  const { kind, name, config: c, parameters: p, source, records, footprint: f, faults } = report;
  const state = kind === 'pack' ? '' : ' once converted';
  return [
    `${name} (${kind})`,
    `shape       ${c.nLayers} layers, hidden ${c.dim}, ${c.nHeads} heads, ${c.nKvHeads} KV heads, vocabulary ${c.vocabSize}, context ${c.maxContext}`,
    `experts     ${c.nExperts} a layer, ${c.topK} picked, intermediate ${c.hiddenDim}`,
    `parameters  ${count(p.total)}, ${count(p.active)} of them used by a token`,
    ...(source ? [`weights     ${size(source.bytes)} as ${source.types.join(', ')}`] : []),
    `pack        ${formatsName(report.formats)}, ${size(records.bytes)} in ${records.count} records${state}: dense ${size(f.denseBytes)}, an expert up to ${size(f.slotBytes)}`,
    `GPU memory  about ${size(f.leastBytes)} at least, ${size(f.mostBytes)} with every expert resident (context ${f.contextLength})`,
    ...report.expected.map((budget) => budgetLine(budget, c.nLayers * c.nExperts)),
    ...(kind === 'pack' ? [recordsLine(faults)] : []),
    ...(faults ?? []).map((fault) => `  ${fault}`),
  ];
}

function budgetLine(b: BudgetReport, experts: number): string {
  if (b.slots === 0) return `budget      ${size(b.budgetBytes)}: too little`;
  const speed = `about ${rough.format(b.decodeTokensPerSecond)} tok/s`;
  const speeds = `storage of ${size(b.storageBytesPerSecond)}/s, GPU memory of ${size(b.gpuBytesPerSecond)}/s`;
  const paging =
    b.pagedBytesPerToken === 0
      ? ''
      : `, ${Math.round(100 * b.hitRate)}% of the picks there, ${size(b.pagedBytesPerToken)} paged a token`;
  return `budget      ${size(b.budgetBytes)}: ${b.slots} of ${experts} experts resident${paging}: ${speed} (${speeds})`;
}

function recordsLine(faults: string[] | null): string {
  if (faults === null) return 'records     not read';
  return `records     ${faults.length === 0 ? 'all there, sizes and hashes right' : `${faults.length} broken`}`;
}

const digits = new Intl.NumberFormat('en', { minimumSignificantDigits: 3, maximumSignificantDigits: 3 });

/** Of what is only estimated. */
const rough = new Intl.NumberFormat('en', { maximumSignificantDigits: 2 });

function size(bytes: number): string {
  const [unit, by] = bytes >= 1e9 ? ['GB', 1e9] : ['MB', 1e6];
  return `${digits.format(bytes / by)} ${unit}`;
}

function count(n: number): string {
  const [unit, by] = n >= 1e9 ? [' billion', 1e9] : [' million', 1e6];
  return `${digits.format(n / by)}${unit}`;
}
