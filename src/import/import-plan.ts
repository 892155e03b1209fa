import { footprint, parameters, recordsBytes } from '../pack/footprint';
import { formatsName } from '../pack/formats';
import { type PackLayout, packLayout } from '../pack/layout';
import { packBytes, validateManifest } from '../pack/manifest';
import { MixtabError } from '../protocol/errors';
import type {
  FileSource,
  ImportOptions,
  ImportPreview,
  ImportSource,
  PrunedSource,
  StorageInfo,
} from '../protocol/library';
import { openCheckpointOf } from '../sources/open-checkpoint';
import { openSource } from '../sources/open-source';
import type { OpenedSource } from '../sources/opened-source';
import { folderPackSource } from '../store/folder-pack-source';
import type { ImportJournal } from '../store/journal';
import { bytesToRead, openModelToPrune } from './model-to-prune';
import { storedSource } from './stored-source';

/** What an import is going to be, from the headers of its source. */
export interface ImportPlan {
  source: ImportSource;
  opened: Pick<OpenedSource, 'label' | 'choices' | 'spoolBytes' | 'close'>;
  /** As it is written down if nothing is there yet. */
  journal: ImportJournal;
  layout: PackLayout;
  /** In words, e.g. `GGUF, Q4_K Q6_K`. */
  kind: string;
  /** What would be read of the source. */
  sourceBytes: number;
}

/**
 * Opens a source and reads its headers; `opened` is for the caller to close. `begun`: an import that may have begun from it; what is
 * known of its files' headers is not read again where they still are the same. `indexedDB`: where the models lie. Throws what opening a source,
 * a checkpoint and a model to prune throws.
 */
export async function planImport(
  source: ImportSource,
  { format = 'q4' }: ImportOptions,
  begun: ImportJournal | null = null,
  indexedDB = globalThis.indexedDB,
): Promise<ImportPlan> {
  if (source.kind === 'pruned') return planPruned(source, format, indexedDB);
  const opened = await openAsBegun(source, begun);
  try {
    return await (opened.kind === 'pack' ? planPack : planCheckpoint)(opened.pinned, opened, format);
  } catch (error) {
    await opened.close();
    throw error;
  }
}

async function openAsBegun(source: FileSource, begun: ImportJournal | null): Promise<OpenedSource> {
  if (begun === null || begun.manifest !== null) return openSource(source);
  try {
    return await openSource(source, { expected: begun.identity, heads: begun.heads });
  } catch (error) {
    // It is another file now. Whether that matters is for those to say who know what has been made of the first.
    if (error instanceof MixtabError && error.code === 'source-changed') return openSource(source);
    throw error;
  }
}

/** Of the model to prune only the manifest is read: sizes follow from the shape, and hashes come with the records. */
async function planPruned(source: PrunedSource, wish: 'q4' | 'q8', indexedDB: IDBFactory): Promise<ImportPlan> {
  const model = await openModelToPrune(source, { indexedDB });
  model.store.close();
  const { manifest, texts, after } = model.pack;
  return {
    source,
    opened: { label: manifest.name, choices: [], spoolBytes: 0, close: async () => {} },
    journal: {
      version: 1,
      source: storedSource(source),
      identity: model.identity,
      wish,
      name: source.name,
      texts: { ...texts, config: after.config },
      formats: manifest.formats,
      manifest: null,
    },
    layout: after,
    kind: `pruned pack, ${formatsName(manifest.formats)}`,
    sourceBytes: bytesToRead(model),
  };
}

async function planCheckpoint(source: ImportSource, opened: OpenedSource, wish: 'q4' | 'q8'): Promise<ImportPlan> {
  const checkpoint = await openCheckpointOf(opened);
  const { name, revision, config, tokenizer, generation, matrixTypes, sourceBytes } = checkpoint;
  const formats = checkpoint.formats(wish);
  return {
    source,
    opened,
    journal: {
      version: 1,
      source: storedSource(source),
      identity: opened.identity(),
      heads: opened.heads(),
      wish,
      name,
      texts: { name, revision, config, tokenizer, generation },
      formats,
      manifest: null,
    },
    layout: packLayout(config, formats),
    kind: `${opened.file === null ? 'safetensors' : 'GGUF'}, ${matrixTypes.join(' ')}`,
    sourceBytes,
  };
}

async function planPack(source: ImportSource, opened: OpenedSource, wish: 'q4' | 'q8'): Promise<ImportPlan> {
  const manifest = validateManifest(await folderPackSource(opened.folder).manifest());
  const { name, config, formats, tokenizer, generation } = manifest;
  const { sha256: _, ...origin } = manifest.source;
  return {
    source,
    opened,
    journal: {
      version: 1,
      source: storedSource(source),
      identity: opened.identity(),
      wish,
      name,
      texts: { ...origin, config, tokenizer, generation },
      formats,
      manifest,
    },
    layout: packLayout(config, formats),
    kind: `pack, ${formatsName(formats)}`,
    sourceBytes: packBytes(manifest),
  };
}

/** `committedBytes`: of this very source, as far as it is here already. */
export function previewOf(
  { journal, layout, kind, sourceBytes, opened }: ImportPlan,
  id: string,
  committedBytes: number,
  storage: StorageInfo | null,
): ImportPreview {
  const { config } = layout;
  const { contextLength, leastBytes, mostBytes } = footprint(layout);
  return {
    id,
    name: journal.name,
    kind,
    layers: config.nLayers,
    experts: config.nExperts,
    topK: config.topK,
    parameters: parameters(config),
    contextLength,
    packBytes: recordsBytes(layout),
    committedBytes,
    formats: formatsName(journal.formats),
    sourceBytes,
    spoolBytes: opened.spoolBytes,
    leastBytes,
    mostBytes,
    storage,
    shape: { config, formats: journal.formats },
    choices: opened.choices,
  };
}
