import { type Library, openLibrary } from '../client/library';
import { openExistingStore } from '../import/existing-model';
import { idOf } from '../import/model-id';
import { abortedError } from '../lib/abort';
import type { ModelRef } from '../protocol/engine';
import { MixtabError } from '../protocol/errors';
import type { ImportProgress, ImportSource, ModelEntry } from '../protocol/library';
import { parseHubAddress } from '../sources/hub-address';
import { type AppConfig, type ModelRecord, prebuiltAppConfig } from './config';
import { named, WebLLMError } from './errors';

/** A model by its id: in a caller's list, or in this browser's library. */
export interface FoundModel {
  /** Under which it is kept here. */
  id: string;
  record?: ModelRecord;
}

/** Throws `ModelNotFoundError`. */
export async function findModel(modelId: string, { model_list }: AppConfig, library: Library): Promise<FoundModel> {
  const record = model_list.find(({ model_id }) => model_id === modelId);
  if (record) return { id: record.model === EMBEDDED ? EMBEDDED : idOf(modelId), record };
  if ((await library.list()).some(({ id }) => id === modelId)) return { id: modelId };
  throw new WebLLMError(
    'ModelNotFoundError',
    'model-not-found',
    `model ${modelId}: expected one of appConfig.model_list or of this browser's library, got neither`,
    'Add a record for it to appConfig.model_list.',
    { id: modelId },
  );
}

const EMBEDDED = 'tiny';

/** Imports what is not here whole, and resolves when it is: all of it, as WebLLM's programs expect. */
export async function fetchModel(
  { id, record }: FoundModel,
  library: Library,
  onProgress: (progress: ImportProgress) => void,
  signal: AbortSignal,
): Promise<ModelRef | 'tiny'> {
  if (id === EMBEDDED) return EMBEDDED;
  const entry = (await library.list()).find((other) => other.id === id);
  if (entry?.status === 'complete') return { id };
  if (signal.aborted) throw abortedError(signal);
  if (entry?.status !== 'importing') await (record ? library.import(sourceOf(record), { id }) : library.resume(id));
  await untilWhole(id, library, onProgress, signal);
  return { id };
}

function sourceOf({ model }: ModelRecord): ImportSource {
  const hub = parseHubAddress(model);
  if (hub) return hub;
  if (URL.canParse(model, location.href)) return { kind: 'url', url: new URL(model, location.href).href };
  throw new WebLLMError(
    'ModelNotFoundError',
    'model-not-found',
    `ModelRecord.model: expected tiny, an address or org/name, got ${model}`,
  );
}

function untilWhole(
  id: string,
  library: Library,
  onProgress: (progress: ImportProgress) => void,
  signal: AbortSignal,
): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    const hear = (entry: ModelEntry | undefined): void => {
      if (entry?.status === 'importing' && entry.progress) onProgress(entry.progress);
      if (entry?.status === 'importing') return;
      stop();
      if (entry?.status === 'complete') resolve();
      else reject(entry?.error ? MixtabError.from(entry.error) : stopped(id));
    };
    const unsubscribe = library.subscribe((models) => hear(models.find((model) => model.id === id)));
    const abort = (): void => {
      stop();
      const end = (): void => reject(abortedError(signal));
      library.pause(id).then(end, end);
    };
    const stop = (): void => {
      unsubscribe();
      signal.removeEventListener('abort', abort);
    };
    signal.addEventListener('abort', abort);
    if (signal.aborted) abort();
  });
}

function stopped(id: string): MixtabError {
  return new MixtabError(
    'aborted',
    `model ${id}: expected the import to end, but it was paused or removed`,
    'Load it again: what is there is not fetched twice.',
    { id },
  );
}

/** Whether all of a model's weights are here, so that it loads without a network. Throws `ModelNotFoundError`. */
export function hasModelInCache(modelId: string, appConfig: AppConfig = prebuiltAppConfig): Promise<boolean> {
  return inLibrary(modelId, appConfig, async ({ id }) => {
    const store = await openExistingStore(id).catch(() => null); // Not there, or nothing can be kept here.
    try {
      const manifest = await store?.manifest();
      return store !== null && !!manifest && (await store.missing(manifest)).length === 0;
    } finally {
      store?.close();
    }
  });
}

/** Removes a model with all its bytes, also where its import has not ended. Throws `ModelNotFoundError`. */
export function deleteModelInCache(modelId: string, appConfig: AppConfig = prebuiltAppConfig): Promise<void> {
  return inLibrary(modelId, appConfig, ({ id }, library) => library.remove(id));
}

/** As {@link deleteModelInCache}: weights, tokenizer and settings of a model lie in one place here. */
export const deleteModelAllInfoInCache = deleteModelInCache;

function inLibrary<T>(
  modelId: string,
  appConfig: AppConfig,
  work: (model: FoundModel, library: Library) => Promise<T>,
): Promise<T> {
  return withLibrary((library) => named(async () => work(await findModel(modelId, appConfig, library), library)));
}

/** A library of one's own for as long as `work` takes. */
export async function withLibrary<T>(work: (library: Library) => Promise<T>): Promise<T> {
  const library = openLibrary();
  try {
    return await work(library);
  } finally {
    library.close();
  }
}
