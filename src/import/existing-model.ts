import type { Manifest } from '../pack/manifest';
import { MixtabError } from '../protocol/errors';
import { databaseName, type ModelStore, openModelStore } from '../store/model-store';

/** A model's store, which is for the caller to close; `model-not-found` where there is none. Opening a database that is not there would make it. */
export async function openExistingStore(id: string, factory = globalThis.indexedDB): Promise<ModelStore> {
  const databases = await factory.databases();
  if (!databases.some(({ name }) => name === databaseName(id))) throw modelNotFound(id);
  return openModelStore(id, factory);
}

/** The manifest of a model that is whole. Throws `model-not-found` or `import-incomplete`. */
export async function manifestOfWhole(id: string, store: ModelStore): Promise<Manifest> {
  const manifest = await store.manifest();
  if (manifest) return manifest;
  if ((await store.journal()) === null) throw modelNotFound(id);
  throw new MixtabError(
    'import-incomplete',
    `model ${id}: expected a whole one, got one whose import is not finished`,
    'Resume its import in the model list first.',
    { id },
  );
}

export function modelNotFound(id: string): MixtabError {
  return new MixtabError(
    'model-not-found',
    `model ${id}: expected one of this browser's library, got none of this name`,
    'Import it first, or choose another in the model list.',
    { id },
  );
}
