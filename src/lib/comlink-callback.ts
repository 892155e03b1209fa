import { releaseProxy } from 'comlink';

/**
 * Runs `body` with a callback that lives on the other side of a worker border. Resolves only when the other side has taken every
 * value, since values and the result travel through different ports and would overtake each other; then frees the callback's port,
 * which would otherwise stay until a garbage collection that may never come.
 */
export async function withCallback<V, R>(
  callback: (value: V) => unknown,
  body: (call: (value: V) => void) => Promise<R>,
): Promise<R> {
  const underway = new Set<Promise<unknown>>();
  const call = (value: V): void => {
    // What a callback throws is its owner's affair.
    const taken = Promise.resolve(callback(value)).catch(() => {});
    underway.add(taken);
    void taken.then(() => underway.delete(taken));
  };
  try {
    return await body(call);
  } finally {
    await Promise.all(underway);
    const release: unknown = Reflect.get(callback, releaseProxy);
    if (typeof release === 'function') release();
  }
}
