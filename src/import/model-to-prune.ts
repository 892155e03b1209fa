import { type PackToPrune, packToPrune, prunedAs, pruneRecord, recordToPrune } from '../checkpoint/prune-record';
import { ReusedBuffers } from '../lib/reused-buffers';
import { sha256Hex } from '../lib/sha256';
import { layoutOf, recordNames } from '../pack/layout';
import { type Manifest, PIECE_BYTES, packBytes } from '../pack/manifest';
import { MixtabError } from '../protocol/errors';
import type { PrunedSource } from '../protocol/library';
import { IdentityBook } from '../sources/identity';
import type { SourceIdentity } from '../sources/opened-source';
import { bufferPool } from '../store/buffer-pool';
import type { ModelStore } from '../store/model-store';
import type { RecordDraft } from '../store/record-draft';
import { isBroken } from '../store/store-errors';
import { verifiedPieces } from '../store/verified-pieces';
import type { Make } from './convert-lane';
import { manifestOfWhole, openExistingStore } from './existing-model';

/** A model of this browser, opened to be pruned. */
export interface ModelToPrune {
  pack: PackToPrune;
  store: ModelStore;
  /** Of the model and of the experts that are kept. */
  identity: SourceIdentity;
}

export interface ModelToPruneOptions {
  /** Default: the origin's. */
  indexedDB?: IDBFactory | undefined;
  /** As {@link ModelToPrune.identity} was when the import began: another rejects with `source-changed`. */
  expected?: SourceIdentity | undefined;
}

/**
 * Opens the model that another is pruned from; its store is for the caller to close. Reads the manifest alone. Rejects with `model-not-found`,
 * `import-incomplete`, `source-changed`, and `request-invalid` where the experts to keep are not right.
 */
export async function openModelToPrune(
  { of, keep, name }: PrunedSource,
  { indexedDB, expected }: ModelToPruneOptions = {},
): Promise<ModelToPrune> {
  if (typeof name !== 'string' || name.trim() === '') throw nameless(name);
  const store = await openExistingStore(of, indexedDB).catch((error: unknown) => {
    throw isGone(error) ? goneSource(of, name, error) : error;
  });
  try {
    const manifest = await manifestOfWhole(of, store);
    const pack = packToPrune(manifest, keep);
    const identity = await identityOf(manifest, pack.keep);
    const book = new IdentityBook(expected);
    for (const [file, found] of Object.entries(identity)) book.enter(file, found);
    return { pack, store, identity };
  } catch (error) {
    store.close();
    throw error;
  }
}

/** Bytes that are read of the model. */
export function bytesToRead({ pack }: ModelToPrune): number {
  const names = recordNames(pack.after.config);
  return names.reduce((sum, name) => sum + recordToPrune(pack, name).source.bytes, 0);
}

async function identityOf(manifest: Manifest, keep: number[][]): Promise<SourceIdentity> {
  const text = new TextEncoder().encode(JSON.stringify([manifest, keep]));
  return { 'manifest.json': { size: packBytes(manifest), tag: await sha256Hex(text) } };
}

/**
 * Every byte that is read is compared with its hash. A record that stays as it is is not written a second time: the database copies its Blob.
 * Memory: two pieces.
 */
export function pruning({ pack, store }: ModelToPrune, draft: RecordDraft): Make {
  const { pieceBytes } = pack.manifest;
  const memory = new ReusedBuffers();
  const pool = bufferPool(pieceBytes, 1);
  return async (record, onBytes) => {
    const { source, copies } = recordToPrune(pack, record);
    const { bytes } = layoutOf(pack.after, record);
    const blob = await store.get(source);
    let readBytes = 0;
    async function* pieces(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
      for await (const piece of named(verifiedPieces(source, blob, pieceBytes, pool), pack.manifest.name)) {
        yield piece;
        readBytes += piece.byteLength;
        // Of a router's layer, more is read than comes of it.
        onBytes(Math.min(readBytes, bytes));
      }
    }
    if (blob && copies === null && pieceBytes === PIECE_BYTES) {
      for await (const _ of pieces());
      return { made: await prunedAs({ ...source, name: record }, source), blob };
    }
    await draft.begin();
    const made = await pruneRecord(pack, record, pieces(), (piece) => draft.write(piece), memory);
    return { made, blob: await draft.end() };
  };
}

/** It is not the model that is made whose record is broken. */
async function* named<T>(pieces: AsyncIterable<T>, model: string): AsyncGenerator<T> {
  try {
    yield* pieces;
  } catch (error) {
    if (!isBroken(error)) throw error;
    const hint = `Check every byte of ${model} in the model list and repair it, then resume.`;
    throw new MixtabError('record-broken', `pruning ${model}: ${error.message}`, hint, error.data, error);
  }
}

const isGone = (error: unknown): boolean => error instanceof MixtabError && error.code === 'model-not-found';

function goneSource(of: string, name: string, cause: unknown): MixtabError {
  return new MixtabError(
    'model-not-found',
    `pruning ${of} to ${name}: expected ${of} in this browser's library, got no model of this name`,
    'Import that model again, or remove what was begun of the pruned one.',
    { id: of },
    cause,
  );
}

function nameless(name: unknown): MixtabError {
  return new MixtabError(
    'request-invalid',
    `name of the pruned model: expected some text, got ${typeof name === 'string' ? 'none' : typeof name}`,
    'Give the new model a name.',
  );
}
