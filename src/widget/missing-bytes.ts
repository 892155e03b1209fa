import { validateManifest } from '../pack/manifest';
import { memoryModelStore, openModelStore } from '../store/model-store';
import { httpPackSource } from '../store/pack-source';
import type { EngineChoice } from './engine-choice';

/**
 * Bytes of a pack on a host that would have to be fetched before it runs. 0 of what is stored wholly, of models of the library, and where
 * it cannot be found out: the load will tell why.
 */
export async function missingBytes(choice: EngineChoice, signal: AbortSignal): Promise<number> {
  if (choice.place === 'server' || choice.model.url === undefined) return 0;
  const { id, url } = choice.model;
  const store = await openModelStore(id).catch(memoryModelStore);
  try {
    const stored = await store.manifest();
    if (stored && (await store.missing(stored)).length === 0) return 0;
    const manifest = validateManifest(await httpPackSource(url.replace(/\/?$/, '/')).manifest(signal));
    return (await store.missing(manifest)).reduce((sum, record) => sum + record.bytes, 0);
  } catch {
    return 0;
  } finally {
    store.close();
  }
}
