import { isRefusedBlob } from './store-errors';

const TRIES = 3;

/** Builds a Blob and stores it, anew where the browser could not hold it; see {@link isRefusedBlob}. */
export async function retryRefusedBlob<T>(buildAndStore: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await buildAndStore();
    } catch (error) {
      if (!isRefusedBlob(error) || tries === TRIES) throw error;
    }
  }
}
