import { useEffect, useState } from 'react';
import { checkSupport, type Support } from '../../client/support';
import type { ModelShape } from '../../pack/formats';
import { type ErrorData, toErrorData } from '../../protocol/errors';

/**
 * What this device can do for a model of that shape, which must be the same object each time; null while it is being found out. Another
 * number of `tries` asks again.
 */
export function useSupport(shape: ModelShape, tries = 0): Support | ErrorData | null {
  const [found, setFound] = useState<Support | ErrorData | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies(tries): another try asks again
  useEffect(() => {
    let gone = false;
    setFound(null);
    checkSupport(shape).then(
      (support) => gone || setFound(support),
      (error: unknown) => gone || setFound(toErrorData(error)),
    );
    return () => {
      gone = true;
    };
  }, [shape, tries]);
  return found;
}
