import { MixtabError } from '../protocol/errors';

/** What a record is broken by: `expected` and `got` are sizes or hashes, in words. */
export interface Breakage {
  expected: string;
  got: string;
  /** Piece in which it shows. */
  piece?: number;
}

export function recordBroken(record: string, where: string, breakage: Breakage, cause?: unknown): MixtabError {
  const piece = breakage.piece === undefined ? '' : ` piece ${breakage.piece}`;
  return new MixtabError(
    'record-broken',
    `record ${record}${piece} from ${where}: expected ${breakage.expected}, got ${breakage.got}`,
    `Repair the model in the model list, or load it again while its source can be reached. If the source itself serves the wrong bytes, its pack must be made anew.`,
    { record, ...breakage },
    cause,
  );
}

export function isBroken(error: unknown): error is MixtabError {
  return error instanceof MixtabError && error.code === 'record-broken';
}

/** A failure of IndexedDB in Mixtab's terms: `storage-full` at the quota, else `storage-failed`. */
export function storageError(what: string, error: unknown): MixtabError {
  if (error instanceof MixtabError) return error;
  const name = error instanceof Error ? error.name : 'Error';
  if (name === 'QuotaExceededError') {
    return new MixtabError('storage-full', `${what}: the browser's storage is full`, STORAGE_FULL_HINT, {}, error);
  }
  const message = error instanceof Error ? `${error.name}: ${error.message}` : 'no reason given';
  return new MixtabError(
    'storage-failed',
    `${what}: expected IndexedDB to do it, got ${message}`,
    'Reload the page. In a private window, or with site data blocked, the browser keeps nothing: use an ordinary window.',
    { reason: name },
    error,
  );
}

export const STORAGE_FULL_HINT =
  'Free disk space or delete other models, then load again: what has been stored is kept and not fetched twice.';

/** Chromium refuses a Blob that it could not hold in memory while building it; built anew it usually passes. */
export function isRefusedBlob(error: unknown): boolean {
  return error instanceof MixtabError && error.code === 'storage-failed' && error.data.reason === 'DataError';
}

/** The same at the end of an install or import: `neededBytes` are still to be stored, `committedBytes` stay. */
export function storageFull(neededBytes: number, committedBytes: number, cause: MixtabError): MixtabError {
  const megabytes = (bytes: number) => `${Math.ceil(bytes / 1e6)} MB`;
  return new MixtabError(
    'storage-full',
    `storing the model: expected room for ${megabytes(neededBytes)} more, got a full storage after ${megabytes(committedBytes)}`,
    STORAGE_FULL_HINT,
    { neededBytes, committedBytes },
    cause,
  );
}
