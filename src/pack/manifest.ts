import { isObject, sameJson, show } from '../lib/json';
import { type ModelConfig, validateConfig } from '../model/config';
import { MixtabError } from '../protocol/errors';
import { type Formats, isFormats, type ModelShape } from './formats';
import { layoutOf, type PackLayout, packLayout, recordNames } from './layout';
import { isKept, type Pruning } from './prune-pack';

/** `manifest.json`: all that is known of a pack before a byte of its records is read. docs/formats.md is its specification. */
export interface Manifest {
  format: 'mixtab-pack';
  version: 2;
  /** Shown to people. */
  name: string;
  config: ModelConfig;
  formats: Formats;
  /** Bytes of a piece: long records are hashed, fetched and read piece by piece. */
  pieceBytes: number;
  records: RecordEntry[];
  /** Layout of every record, so that a reader needs no rule but this file. */
  layouts: RecordLayouts;
  tokenizer: {
    /** tokenizer.json of the `tokenizers` library, as text. */
    json: string;
    /** Jinja source, or null for a base model. */
    chatTemplate: string | null;
    bosToken: string;
    eosToken: string;
    addBos: boolean;
  };
  generation: { temperature: number; topP: number };
  /**
   * What the pack was made of. `sha256` is over the source's weights; docs/formats.md says how. `pruned`: the source is a pack of which experts
   * were left out.
   */
  source: { name: string; revision: string; sha256: string; pruned?: Pruning };
}

/** What a model needs of its manifest besides its records: known before these are. */
export type ManifestHead = Pick<Manifest, 'name' | 'config' | 'formats' | 'tokenizer' | 'generation'>;

export type RecordLayouts = Pick<PackLayout, 'embedding' | 'head' | 'layers' | 'experts'>;

export interface RecordEntry {
  name: string;
  bytes: number;
  /** SHA-256 of each piece, lower-case hex; a record of up to `pieceBytes` has one, which is that of the whole file. */
  sha256: string[];
}

export const PIECE_BYTES = 4 * 1024 * 1024;

/** Path of a record below the pack's folder. */
export const recordPath = (name: string): string => `${name}.bin`;

/** What a manifest writes down of a pack's layout. */
export const recordLayouts = ({ embedding, head, layers, experts }: PackLayout): RecordLayouts => ({
  embedding,
  head,
  layers,
  experts,
});

export function packBytes(manifest: Manifest): number {
  return manifest.records.reduce((sum, r) => sum + r.bytes, 0);
}

/**
 * Checks a parsed manifest wholly: form, config, that exactly the records of this shape are there, that every size is the one that
 * the layout gives, and that the layouts written down are the ones that this version computes. Throws `manifest-invalid` naming the
 * field, or `config-unsupported`.
 */
export function validateManifest(json: unknown): Manifest {
  if (!isObject(json)) throw invalid('the whole', 'a JSON object', json);
  if (json.format !== 'mixtab-pack') throw invalid('format', '"mixtab-pack"', json.format);
  if (json.version !== 2) throw invalid('version', '2', json.version);
  if (typeof json.name !== 'string') throw invalid('name', 'a string', json.name);
  const { pieceBytes } = json;
  if (!isCount(pieceBytes) || pieceBytes < 65536 || pieceBytes > 2 ** 28 || pieceBytes % 4 !== 0) {
    throw invalid('pieceBytes', 'a multiple of 4 between 65536 and 2^28', pieceBytes);
  }
  const { config, formats } = validateShape(json);
  const layout = packLayout(config, formats);
  checkRecords(layout, pieceBytes, json.records);
  checkLayouts(layout, json.layouts);
  checkTokenizer(json.tokenizer);
  checkGeneration(json.generation);
  checkSource(config, json.source);
  return json as unknown as Manifest;
}

/** Checks config and formats alone. Throws `manifest-invalid` naming the field, or `config-unsupported`. */
export function validateShape(json: unknown): ModelShape {
  if (!isObject(json)) throw invalid('the whole', 'a JSON object', json);
  const { formats } = json;
  const config = checkConfig(json.config);
  if (!isFormats(config, formats)) throw invalid('formats', 'a format for each matrix of this shape', formats);
  return { config, formats };
}

const COUNTS = [
  'dim',
  'hiddenDim',
  'nLayers',
  'nHeads',
  'nKvHeads',
  'headDim',
  'nExperts',
  'topK',
  'vocabSize',
  'maxContext',
] as const;

function checkConfig(config: unknown): ModelConfig {
  if (!isObject(config)) throw invalid('config', 'an object', config);
  for (const field of COUNTS) {
    if (!isCount(config[field]) || config[field] < 1)
      throw invalid(`config.${field}`, 'a positive whole number', config[field]);
  }
  for (const field of ['ropeTheta', 'normEps'] as const) {
    if (!isFiniteNumber(config[field]) || config[field] <= 0)
      throw invalid(`config.${field}`, 'a positive number', config[field]);
  }
  if (!isCount(config.bosId)) throw invalid('config.bosId', 'a whole number', config.bosId);
  if (!Array.isArray(config.eosIds) || !config.eosIds.every(isCount))
    throw invalid('config.eosIds', 'a list of whole numbers', config.eosIds);
  if (typeof config.tieEmbeddings !== 'boolean')
    throw invalid('config.tieEmbeddings', 'true or false', config.tieEmbeddings);
  return validateConfig(config as unknown as ModelConfig);
}

function checkRecords(layout: PackLayout, pieceBytes: number, records: unknown): void {
  if (!Array.isArray(records)) throw invalid('records', 'a list', records);
  const wanted = new Set(recordNames(layout.config));
  if (records.length !== wanted.size) throw invalid('records', `${wanted.size} records`, records.length);
  for (const record of records) {
    const name = isObject(record) && typeof record.name === 'string' ? record.name : '';
    if (!wanted.delete(name)) throw invalid('records', 'each record of the shape once', record);
    const { bytes } = layoutOf(layout, name);
    if (record.bytes !== bytes) throw invalid(`records["${name}"].bytes`, `${bytes}`, record.bytes);
    const pieces = Math.ceil(bytes / pieceBytes);
    if (!Array.isArray(record.sha256) || record.sha256.length !== pieces || !record.sha256.every(isSha256)) {
      throw invalid(`records["${name}"].sha256`, `${pieces} hashes of 64 hex digits`, record.sha256);
    }
  }
}

function checkLayouts(layout: PackLayout, layouts: unknown): void {
  if (!isObject(layouts)) throw invalid('layouts', 'an object', layouts);
  const expected = recordLayouts(layout);
  for (const [kind, wanted] of Object.entries(expected)) {
    if (!sameJson(layouts[kind], wanted)) {
      throw invalid(`layouts.${kind}`, 'what docs/formats.md gives for this config and these formats', layouts[kind]);
    }
  }
  const other = Object.keys(layouts).find((kind) => !Object.hasOwn(expected, kind));
  if (other !== undefined) throw invalid('layouts', `only ${Object.keys(expected).join(', ')}`, other);
}

function checkTokenizer(t: unknown): void {
  if (!isObject(t)) throw invalid('tokenizer', 'an object', t);
  for (const field of ['json', 'bosToken', 'eosToken'] as const) {
    if (typeof t[field] !== 'string') throw invalid(`tokenizer.${field}`, 'a string', t[field]);
  }
  if (t.chatTemplate !== null && typeof t.chatTemplate !== 'string')
    throw invalid('tokenizer.chatTemplate', 'a string or null', t.chatTemplate);
  if (typeof t.addBos !== 'boolean') throw invalid('tokenizer.addBos', 'true or false', t.addBos);
}

function checkGeneration(g: unknown): void {
  if (!isObject(g)) throw invalid('generation', 'an object', g);
  if (!isFiniteNumber(g.temperature) || g.temperature < 0)
    throw invalid('generation.temperature', '0 or more', g.temperature);
  if (!isFiniteNumber(g.topP) || g.topP <= 0 || g.topP > 1)
    throw invalid('generation.topP', 'above 0, at most 1', g.topP);
}

function checkSource(config: ModelConfig, source: unknown): void {
  if (!isObject(source)) throw invalid('source', 'an object', source);
  for (const field of ['name', 'revision'] as const) {
    if (typeof source[field] !== 'string') throw invalid(`source.${field}`, 'a string', source[field]);
  }
  if (!isSha256(source.sha256)) throw invalid('source.sha256', '64 hex digits', source.sha256);
  if (source.pruned !== undefined && !isPruning(config, source.pruned)) {
    throw invalid('source.pruned', 'how many experts there were, and those of each layer that are kept', source.pruned);
  }
}

function isPruning({ nLayers, nExperts }: ModelConfig, value: unknown): value is Pruning {
  if (!isObject(value) || !isCount(value.experts) || value.experts <= nExperts) return false;
  const { experts, keep } = value;
  return Array.isArray(keep) && keep.length === nLayers && [...keep].every((ids) => isKept(ids, nExperts, experts));
}

const isFiniteNumber = (value: unknown): value is number => Number.isFinite(value);

/** Up to 2^31: what no config of a real model exceeds, and what keeps every product of sizes exact. */
const isCount = (value: unknown): value is number =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 2 ** 31;

const isSha256 = (value: unknown): boolean => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);

function invalid(field: string, expected: string, got: unknown): MixtabError {
  return new MixtabError(
    'manifest-invalid',
    `manifest.json: ${field} expected ${expected}, got ${show(got)}`,
    'The folder is not a Mixtab pack or is damaged: make it anew with `mixtab convert`.',
    { field },
  );
}
