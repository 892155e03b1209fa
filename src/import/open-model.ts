import { denseName, layoutOf, packLayout } from '../pack/layout';
import type { ManifestHead } from '../pack/manifest';
import type { RecordReader } from '../pack/record-reader';
import { MixtabError } from '../protocol/errors';
import { openCatalogue } from '../store/catalogue';
import type { ImportJournal } from '../store/journal';
import type { ModelStore } from '../store/model-store';
import { arrivingReader, recordReader } from '../store/reader';
import { Arrivals } from './arrivals';
import { modelNotFound, openExistingStore } from './existing-model';

/** A model whose records can be read. */
export interface OpenModel {
  manifest: ManifestHead;
  reader: RecordReader;
  /** Null when the records live in memory only. */
  store: Pick<ModelStore, 'residents' | 'putResidents'> | null;
  /** The reader is of no use afterwards. */
  close(): void;
}

/**
 * Opens a model of the library. Of an unfinished one the dense weights must be there; an expert that is not is wanted from the importer when
 * it is read, and waited for. Rejects with `model-not-found`, `import-incomplete` or `storage-failed`.
 */
export async function openStoredModel(id: string): Promise<OpenModel> {
  const store = await openExistingStore(id);
  try {
    // In this order: a finish in between would be seen.
    const journal = await store.journal();
    const manifest = await store.manifest();
    if (manifest) return { manifest, reader: recordReader(manifest, store, null), store, close: () => store.close() };
    if (!journal) throw modelNotFound(id);
    return await openUnfinished(id, store, journal);
  } catch (error) {
    store.close();
    throw error;
  } finally {
    await touch(id);
  }
}

async function openUnfinished(id: string, store: ModelStore, journal: ImportJournal): Promise<OpenModel> {
  const { name, formats, texts } = journal;
  const arrivals = await Arrivals.open(id, store, journal);
  const close = (): void => {
    arrivals.close();
    store.close();
  };
  try {
    checkDense(id, journal, arrivals);
  } catch (error) {
    close();
    throw error;
  }
  return { manifest: { ...texts, name, formats }, reader: arrivingReader(arrivals, store), store, close };
}

function checkDense(id: string, { texts: { config }, formats }: ImportJournal, arrivals: Arrivals): void {
  const names = Array.from({ length: config.nLayers + 2 }, (_, n) => denseName(n));
  const missing = names.filter((name) => !arrivals.has(name));
  if (missing.length === 0) return;
  const layout = packLayout(config, formats);
  const neededBytes = missing.reduce((sum, name) => sum + layoutOf(layout, name).bytes, 0);
  throw new MixtabError(
    'import-incomplete',
    `model ${id}: expected its ${names.length} dense records, got ${names.length - missing.length} so far`,
    'Wait until the model list says that it can be used, or resume its import there.',
    { id, neededBytes },
  );
}

/** The list of models is sorted by it; a list that cannot be written is no reason not to start. */
async function touch(id: string): Promise<void> {
  const catalogue = openCatalogue();
  await catalogue.touch(id).catch(() => {});
  catalogue.close();
}
