import { type ModelConfig, validateConfig } from '../model/config';
import { MixtabError } from '../protocol/errors';
import { type RecordLayout, recordKind, recordLayout, recordNames } from './layout';

/** `manifest.json`: all that is known of a pack before a byte of its records is read. docs/formats.md is its specification. */
export interface Manifest {
  format: 'mixtab-pack';
  version: 1;
  /** Shown to people. */
  name: string;
  config: ModelConfig;
  quantization: 'q4';
  /** Bytes of a piece: long records are hashed, fetched and read piece by piece. */
  pieceBytes: number;
  records: RecordEntry[];
  /** Layout of each kind of record, so that a reader needs no rule but this file. */
  layouts: Record<string, RecordLayout>;
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
  source: { name: string; revision: string; sha256: string };
}

export interface RecordEntry {
  name: string;
  bytes: number;
  /** SHA-256 of each piece, lower-case hex; a record of up to `pieceBytes` has one, which is that of the whole file. */
  sha256: string[];
}

export const PIECE_BYTES = 4 * 1024 * 1024;

/** Path of a record below the pack's folder. */
export const recordPath = (name: string): string => `${name}.bin`;

export function packBytes(manifest: Manifest): number {
  return manifest.records.reduce((sum, r) => sum + r.bytes, 0);
}

/**
 * Checks a parsed manifest wholly: form, config, that exactly the records of this shape are there, and that every size is the one that
 * the layout gives. Throws `manifest-invalid` naming the field.
 */
export function validateManifest(json: unknown): Manifest {
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw invalid('manifest', 'a JSON object', typeof json);
  const m = json as Manifest;
  if (m.format !== 'mixtab-pack') throw invalid('format', '"mixtab-pack"', m.format);
  if (m.version !== 1) throw invalid('version', '1', m.version);
  if (m.quantization !== 'q4') throw invalid('quantization', '"q4"', m.quantization);
  if (typeof m.name !== 'string') throw invalid('name', 'a string', typeof m.name);
  if (!Number.isInteger(m.pieceBytes) || m.pieceBytes < 65536 || m.pieceBytes > 2 ** 28 || m.pieceBytes % 4 !== 0) {
    throw invalid('pieceBytes', 'a multiple of 4 between 65536 and 2^28', m.pieceBytes);
  }
  checkConfig(m.config);
  checkRecords(m);
  checkTexts(m);
  return m;
}

function checkConfig(config: ModelConfig): void {
  if (typeof config !== 'object' || config === null) throw invalid('config', 'an object', typeof config);
  const counts = [
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
  for (const field of counts) {
    if (!Number.isInteger(config[field]) || config[field] < 1)
      throw invalid(`config.${field}`, 'a positive whole number', config[field]);
  }
  for (const field of ['ropeTheta', 'normEps'] as const) {
    if (!(Number.isFinite(config[field]) && config[field] > 0))
      throw invalid(`config.${field}`, 'a positive number', config[field]);
  }
  if (!Number.isInteger(config.bosId)) throw invalid('config.bosId', 'a whole number', config.bosId);
  if (!Array.isArray(config.eosIds) || !config.eosIds.every(Number.isInteger)) {
    throw invalid('config.eosIds', 'a list of whole numbers', config.eosIds);
  }
  if (typeof config.tieEmbeddings !== 'boolean')
    throw invalid('config.tieEmbeddings', 'true or false', config.tieEmbeddings);
  validateConfig(config);
}

function checkRecords(m: Manifest): void {
  if (!Array.isArray(m.records)) throw invalid('records', 'a list', typeof m.records);
  const names = recordNames(m.config);
  if (m.records.length !== names.length) throw invalid('records', `${names.length} records`, m.records.length);
  const wanted = new Set(names);
  for (const record of m.records) {
    const kind = recordKind(m.config, String(record?.name));
    if (kind === null || !wanted.delete(record.name))
      throw invalid('records', 'each record of the shape once', record?.name);
    const { bytes } = recordLayout(m.config, kind);
    if (record.bytes !== bytes) throw invalid(`records["${record.name}"].bytes`, `${bytes}`, record.bytes);
    const pieces = Math.ceil(bytes / m.pieceBytes);
    if (!Array.isArray(record.sha256) || record.sha256.length !== pieces) {
      throw invalid(`records["${record.name}"].sha256`, `${pieces} hashes`, record.sha256?.length);
    }
    if (!record.sha256.every((h) => typeof h === 'string' && /^[0-9a-f]{64}$/.test(h))) {
      throw invalid(`records["${record.name}"].sha256`, '64 hex digits each', 'something else');
    }
  }
}

function checkTexts(m: Manifest): void {
  const t = m.tokenizer;
  if (typeof t !== 'object' || t === null) throw invalid('tokenizer', 'an object', typeof t);
  if (typeof t.json !== 'string') throw invalid('tokenizer.json', 'a string', typeof t.json);
  if (t.chatTemplate !== null && typeof t.chatTemplate !== 'string')
    throw invalid('tokenizer.chatTemplate', 'a string or null', typeof t.chatTemplate);
  for (const field of ['bosToken', 'eosToken'] as const) {
    if (typeof t[field] !== 'string') throw invalid(`tokenizer.${field}`, 'a string', typeof t[field]);
  }
  if (typeof t.addBos !== 'boolean') throw invalid('tokenizer.addBos', 'true or false', t.addBos);
  if (!(m.generation?.temperature >= 0) || !(m.generation?.topP > 0))
    throw invalid('generation', 'temperature and topP', JSON.stringify(m.generation));
  if (typeof m.source?.name !== 'string') throw invalid('source.name', 'a string', typeof m.source?.name);
}

function invalid(field: string, expected: string, got: unknown): MixtabError {
  return new MixtabError(
    'manifest-invalid',
    `manifest.json: ${field} expected ${expected}, got ${String(got)}`,
    'The folder is not a Mixtab pack or is damaged: make it anew with `mixtab convert`.',
    { field },
  );
}
