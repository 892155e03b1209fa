import { readJson } from '../../src/checkpoint/json-file';
import type { ModelConfig } from '../../src/model/config';
import { type Footprint, footprint, parameters, recordsBytes } from '../../src/pack/footprint';
import { type Formats, uniformFormats } from '../../src/pack/formats';
import { packLayout, recordNames } from '../../src/pack/layout';
import { validateManifest } from '../../src/pack/manifest';
import { MixtabError } from '../../src/protocol/errors';
import { nodeFolder } from './node-source';
import { isGguf, openCheckpoint } from './open-checkpoint';
import { verifyPack } from './verify-pack';

export interface InspectReport {
  kind: 'checkpoint' | 'pack';
  name: string;
  config: ModelConfig;
  /** Of the pack that is there or would be made. */
  formats: Formats;
  parameters: { total: number; active: number };
  /** Of the pack that is there or would be made. */
  records: { count: number; bytes: number };
  footprint: Footprint;
  /** With the budget that was asked about: the slots it gives, 0 when it is below the least. */
  budget: { budgetBytes: number; slots: number } | null;
  /** A line for each record of a pack that is missing or damaged. */
  faults: string[];
}

export interface Inspection {
  text: string[];
  json: InspectReport;
}

/**
 * What a Hugging Face folder, a GGUF file or a pack folder holds and what it needs. A pack's records are all read and their hashes compared.
 * Throws `model-not-found`, `checkpoint-invalid`, `config-unsupported`, `manifest-invalid`.
 */
export async function inspect(source: string, options: { budgetBytes?: number | undefined } = {}): Promise<Inspection> {
  const found = (await openPack(source)) ?? (await inspectCheckpoint(source));
  const { config } = found;
  const pack = packLayout(config, found.formats);
  const needs = footprint(pack);
  const json: InspectReport = {
    ...found,
    parameters: parameters(config),
    records: { count: recordNames(config).length, bytes: recordsBytes(pack) },
    footprint: needs,
    budget: options.budgetBytes === undefined ? null : slotsOf(config, needs, options.budgetBytes),
  };
  return { text: lines(json), json };
}

type Found = Pick<InspectReport, 'kind' | 'name' | 'config' | 'formats' | 'faults'>;

async function openPack(source: string): Promise<Found | null> {
  const json = await readJson(nodeFolder(source), 'manifest.json');
  if (json === null) return null;
  const manifest = validateManifest(json);
  return {
    kind: 'pack',
    name: manifest.name,
    config: manifest.config,
    formats: manifest.formats,
    faults: await verifyPack(source, manifest),
  };
}

async function inspectCheckpoint(source: string): Promise<Found> {
  if (!isGguf(source) && (await nodeFolder(source).open('config.json')) === null) {
    throw new MixtabError(
      'model-not-found',
      `${source}: expected a .gguf file or a folder with manifest.json (a pack) or config.json (Hugging Face), got neither`,
      'Check the path.',
      { source },
    );
  }
  const { name, config } = await openCheckpoint(source);
  return { kind: 'checkpoint', name, config, formats: uniformFormats(config, 'q4'), faults: [] };
}

function slotsOf(c: ModelConfig, needs: Footprint, budgetBytes: number): { budgetBytes: number; slots: number } {
  const fixed = needs.leastBytes - c.topK * needs.slotBytes;
  const slots = Math.min(c.nLayers * c.nExperts, Math.floor((budgetBytes - fixed) / needs.slotBytes));
  return { budgetBytes, slots: slots < c.topK ? 0 : slots };
}

function lines({
  kind,
  name,
  config: c,
  parameters: p,
  records,
  footprint: f,
  budget,
  faults,
}: InspectReport): string[] {
  const out = [
    `${name} (${kind})`,
    `shape       ${c.nLayers} layers, hidden ${c.dim}, ${c.nHeads} heads, ${c.nKvHeads} KV heads, vocabulary ${c.vocabSize}, context ${c.maxContext}`,
    `experts     ${c.nExperts} a layer, ${c.topK} picked, intermediate ${c.hiddenDim}`,
    `parameters  ${count(p.total)}, ${count(p.active)} of them used by a token`,
    `pack        ${size(records.bytes)} in ${records.count} records${kind === 'pack' ? '' : ' once converted'}: dense ${size(f.denseBytes)}, an expert ${size(f.slotBytes)}`,
    `GPU memory  about ${size(f.leastBytes)} at least, ${size(f.mostBytes)} with every expert resident (context ${f.contextLength})`,
  ];
  if (budget) {
    const verdict = budget.slots === 0 ? 'too little' : `${budget.slots} of ${c.nLayers * c.nExperts} experts resident`;
    out.push(`budget      ${size(budget.budgetBytes)}: ${verdict}`);
  }
  if (kind === 'pack')
    out.push(`records     ${faults.length === 0 ? 'all there, sizes and hashes right' : `${faults.length} broken`}`);
  return [...out, ...faults.map((fault) => `  ${fault}`)];
}

const digits = new Intl.NumberFormat('en', { minimumSignificantDigits: 3, maximumSignificantDigits: 3 });

function size(bytes: number): string {
  const [unit, by] = bytes >= 1e9 ? ['GB', 1e9] : ['MB', 1e6];
  return `${digits.format(bytes / by)} ${unit}`;
}

function count(n: number): string {
  const [unit, by] = n >= 1e9 ? [' billion', 1e9] : [' million', 1e6];
  return `${digits.format(n / by)}${unit}`;
}
