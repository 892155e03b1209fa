import { modelNotFound, openExistingStore } from '../import/existing-model';
import type { ModelShape } from '../pack/formats';
import { validateShape } from '../pack/manifest';
import type { ModelRef } from '../protocol/engine';
import type { ImportPreview } from '../protocol/library';
import type { ModelStore } from '../store/model-store';
import { httpPackSource } from '../store/pack-source';
import { resolveModel } from './create-engine';

/**
 * A model to be asked about: `tiny` or the id of one of this browser's library, as `createEngine` takes them, what `Library.preview` said of
 * a source, or a shape by itself, such as a parsed `manifest.json`.
 */
export type SupportedModel = string | ModelRef | ImportPreview | ModelShape;

/** The shape of a model, from what is stored of it, else from its host's manifest. Throws what finding it and reading it throws. */
export async function shapeOf(model: SupportedModel): Promise<ModelShape> {
  if (typeof model === 'object' && model !== null) {
    if ('shape' in model) return validateShape(model.shape);
    if ('config' in model) return validateShape(model);
  }
  const { id, url } = refOf(model);
  const stored = await storedShape(id).catch((error: unknown) => {
    if (url === undefined) throw error;
    return null; // Whatever is wrong with storage: the host says it too.
  });
  if (stored) return stored;
  if (url === undefined) throw modelNotFound(id);
  return validateShape(await httpPackSource(url).manifest());
}

/** A worker does not know where the page's embedded model lies: there it must be stored. */
function refOf(model: string | ModelRef): ModelRef {
  const inPage = 'document' in globalThis;
  return resolveModel(typeof model === 'string' && !(model === 'tiny' && inPage) ? { id: model } : model);
}

async function storedShape(id: string): Promise<ModelShape | null> {
  const store = await openExistingStore(id);
  try {
    return (await store.manifest()) ?? (await shapeOfUnfinished(store));
  } finally {
    store.close();
  }
}

async function shapeOfUnfinished(store: ModelStore): Promise<ModelShape | null> {
  const journal = await store.journal();
  return journal && { config: journal.texts.config, formats: journal.formats };
}
