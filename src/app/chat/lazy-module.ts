import { useEffect, useSyncExternalStore } from 'react';

/** A part of the page that comes when it is first needed. Where it cannot be fetched, the next who needs it tries again. */
export class LazyModule<Module> {
  #module: Module | null = null;
  #isLoading = false;
  readonly #listeners = new Set<() => void>();

  constructor(private readonly load: () => Promise<Module>) {}

  readonly get = (): Module | null => this.#module;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  async want(): Promise<void> {
    if (this.#isLoading || this.#module) return;
    this.#isLoading = true;
    this.#module = await this.load().catch(() => null);
    this.#isLoading = false;
    for (const listener of this.#listeners) listener();
  }
}

/** Null until it is there, or while it is not needed. */
export function useLazyModule<Module>(lazy: LazyModule<Module>, needed: boolean): Module | null {
  const module = useSyncExternalStore(lazy.subscribe, lazy.get);
  useEffect(() => {
    if (needed) void lazy.want();
  }, [lazy, needed]);
  return needed ? module : null;
}
