import type { Checkpoint } from '../checkpoint/checkpoint';
import { throwIfAborted } from '../lib/abort';
import { sameJson } from '../lib/json';
import { packLayout } from '../pack/layout';
import { type Manifest, packBytes, type RecordEntry } from '../pack/manifest';
import { MixtabError } from '../protocol/errors';
import type { ImportSource, PrunedSource } from '../protocol/library';
import { openCheckpointOf } from '../sources/open-checkpoint';
import { openSource } from '../sources/open-source';
import type { OpenedSource } from '../sources/opened-source';
import { bufferPool } from '../store/buffer-pool';
import { folderPackSource } from '../store/folder-pack-source';
import type { ModelStore } from '../store/model-store';
import { memoryDraft } from '../store/record-draft';
import { retryRefusedBlob } from '../store/refused-blob';
import { isBroken } from '../store/store-errors';
import { type TaskOptions, taskMeter } from '../store/task-meter';
import { verifiedPieces } from '../store/verified-pieces';
import { verifyRecords } from '../store/verify';
import { converting, fetching, type Make } from './convert-lane';
import { takeModelLock } from './locks';
import { openModelToPrune, pruning } from './model-to-prune';
import { renewed, reopened } from './stored-source';

/**
 * Verifies a stored pack and makes what is missing or wrong anew; of the source only what that takes is read. `given`: the source where it
 * cannot be opened without the user, or another way to it. Any source will do that gives the very bytes that the manifest names.
 * Resolves to the names of what was mended. Rejects with `source-changed` when the source gives other bytes, `request-invalid` when it
 * needs the user, `import-busy` while the model that it was pruned from is worked on, and with what opening and reading it throws.
 */
export async function repairModel(
  store: ModelStore,
  manifest: Manifest,
  given: ImportSource | undefined,
  { onProgress, signal }: TaskOptions = {},
): Promise<string[]> {
  const broken = await verifyRecords(store, manifest, { onProgress, signal });
  if (broken.length === 0) return [];
  const verifiedBytes = packBytes(manifest);
  const brokenBytes = broken.reduce((sum, { bytes }) => sum + bytes, 0);
  const { make, close } = await openMaker(await sourceOf(store, manifest, broken, given), manifest, signal);
  try {
    const report = taskMeter(verifiedBytes + brokenBytes, onProgress, verifiedBytes);
    for (const record of broken) {
      throwIfAborted(signal);
      let madeBytes = 0;
      const onBytes = (bytes: number): void => {
        if (bytes <= madeBytes) return; // made a second time
        report(bytes - madeBytes);
        madeBytes = bytes;
      };
      await mend(store, manifest, record, (name) => make(name, onBytes));
    }
  } finally {
    await close();
  }
  return broken.map(({ name }) => name);
}

async function sourceOf(
  store: ModelStore,
  { name }: Manifest,
  broken: RecordEntry[],
  given: ImportSource | undefined,
): Promise<ImportSource> {
  const stored = (await store.origin())?.source;
  if (given) return stored ? renewed(stored, given) : given;
  const source = stored ? reopened(stored) : null;
  if (source) return source;
  const wanted = stored?.kind === 'hub' ? 'its token' : stored ? 'its file' : 'a source';
  throw new MixtabError(
    'request-invalid',
    `repairing ${name}: expected ${wanted} again to mend ${broken.map((record) => record.name).join(', ')}, got none`,
    stored?.kind === 'hub' ? 'Give the token again: it is never stored.' : 'Choose what the model was imported from.',
    { broken: broken.map((record) => record.name) },
  );
}

interface Maker {
  make: Make;
  close(): Promise<void>;
}

async function openMaker(source: ImportSource, manifest: Manifest, signal: AbortSignal | undefined): Promise<Maker> {
  if (source.kind === 'pruned') return pruningMaker(source, manifest);
  const opened = await openSource(source, { signal });
  try {
    return { make: await makerOf(opened, manifest), close: () => opened.close() };
  } catch (error) {
    await opened.close();
    throw error;
  }
}

async function pruningMaker(source: PrunedSource, manifest: Manifest): Promise<Maker> {
  const lock = await takeModelLock(source.of);
  try {
    const model = await openModelToPrune(source);
    if (!sameJson(model.pack.after.config, manifest.config)) {
      model.store.close();
      throw sourceChanged(source.of, 'a model of this shape', 'another');
    }
    const close = async (): Promise<void> => {
      model.store.close();
      lock.release();
    };
    return { make: pruning(model, memoryDraft()), close };
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function makerOf(opened: OpenedSource, manifest: Manifest): Promise<Make> {
  if (opened.kind === 'pack') return fetching(folderPackSource(opened.folder), manifest, memoryDraft());
  const checkpoint: Checkpoint = await openCheckpointOf(opened);
  if (!sameJson(checkpoint.config, manifest.config))
    throw sourceChanged(opened.label, 'a model of this shape', 'another');
  return converting(checkpoint, packLayout(manifest.config, manifest.formats), memoryDraft());
}

/** Puts a record in place of the broken one, which stays until then. */
async function mend(
  store: ModelStore,
  manifest: Manifest,
  record: RecordEntry,
  make: (name: string) => ReturnType<Make>,
): Promise<void> {
  const pool = bufferPool(manifest.pieceBytes, 1);
  try {
    await retryRefusedBlob(async () => {
      const { blob } = await make(record.name);
      for await (const _ of verifiedPieces(record, blob, manifest.pieceBytes, pool));
      await store.put(record, blob);
    });
  } catch (error) {
    throw isBroken(error) ? sourceChanged(record.name, 'the bytes that were imported', 'others', error) : error;
  }
}

function sourceChanged(what: string, expected: string, got: string, cause?: unknown): MixtabError {
  return new MixtabError(
    'source-changed',
    `repairing ${what}: expected ${expected} from the source, got ${got}`,
    'Choose the source that the model was imported from, or remove the model and import it anew.',
    {},
    cause,
  );
}
