import { createContext, type ReactNode, useContext, useSyncExternalStore } from 'react';
import type { ModelEntry } from '../../protocol/library';
import type { Models } from '../models';
import type { LibraryState } from '../state/library';

const ModelsContext = createContext<Models | null>(null);

export function ModelsProvider({ models, children }: { models: Models; children: ReactNode }) {
  return <ModelsContext value={models}>{children}</ModelsContext>;
}

export function useModels(): Models {
  const models = useContext(ModelsContext);
  if (!models) throw new Error('useModels: expected a ModelsProvider above, found none');
  return models;
}

/** A part of the library's state. `select` must return the same value for the same state. */
export function useLibrary<Part>(select: (state: LibraryState) => Part): Part {
  const { store } = useModels();
  return useSyncExternalStore(store.subscribe, () => select(store.getState()));
}

export function useEntry(id: string | undefined): ModelEntry | undefined {
  return useLibrary((state) => state.models?.find((entry) => entry.id === id));
}
