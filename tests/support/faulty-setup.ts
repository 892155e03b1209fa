import type { TestProject } from 'vitest/node';
import { FaultyServer } from './faulty-server';

declare module 'vitest' {
  interface ProvidedContext {
    faultyServer: string;
  }
}

/** One server for all browser tests. */
export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const server = await FaultyServer.start();
  provide('faultyServer', server.url);
  return () => server.close();
}
