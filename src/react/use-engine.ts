import { useEffect, useState, useSyncExternalStore } from 'react';
import type { Engine } from '../client/engine';
import type { ModelRef } from '../protocol/engine';
import { type EngineSettings, type EngineState, EngineStore } from './engine-store';

/** As of `createEngine`, and when to load. */
export interface UseEngineOptions extends EngineSettings {
  /** `mount`: with the component. `manual`, the default: when `load` is called, so that a page costs nothing until someone asks. */
  load?: 'mount' | 'manual' | undefined;
}

/** An engine, as a component sees it. */
export interface UseEngine extends EngineState {
  /** Loads the engine if it is not; resolves to it, or to null where that fails (see `error`) or `unload` comes first. Never rejects. */
  load: () => Promise<Engine | null>;
  /** Frees the GPU and ends the worker, or stops a load; what was fetched stays. Never rejects. */
  unload: () => Promise<void>;
}

/**
 * An engine that lives as long as the component. Another model, or other options, are another engine: the one before is unloaded.
 * Nothing is loaded twice under `StrictMode`, and on the server nothing is done.
 *
 * @example
 * ```tsx
 * function Loader() {
 *   const { status, progress, error, load } = useEngine('tiny');
 *   if (status === 'idle') return <button onClick={load}>Load</button>;
 *   if (status === 'loading') return <progress value={progress?.progress ?? 0} />;
 *   if (status === 'failed') return <p>{error?.message} {error?.hint}</p>;
 *   return <p>Ready.</p>;
 * }
 * ```
 */
export function useEngine(model: ModelRef | 'tiny', options: UseEngineOptions = {}): UseEngine {
  const { load = 'manual', ...settings } = options;
  const store = useEngineStore(model, settings);
  useEffect(() => {
    if (load === 'mount') void store.load();
  }, [store, load]);
  const state = useSyncExternalStore(store.subscribe, store.snapshot, store.snapshot);
  return { ...state, load: store.load, unload: store.unload };
}

/** One store for as long as model and settings say the same; objects that are written anew each time may. */
export function useEngineStore(model: ModelRef | 'tiny', settings: EngineSettings): EngineStore {
  const key = JSON.stringify([model, settings]);
  const [held, hold] = useState(() => ({ key, store: new EngineStore(model, settings) }));
  const store = held.key === key ? held.store : new EngineStore(model, settings);
  if (store !== held.store) hold({ key, store });
  useEffect(() => store.retain(), [store]);
  return store;
}
