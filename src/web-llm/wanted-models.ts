import type { ChatOptions } from './config';
import { WebLLMError } from './errors';

/** Which models to load, each with its options. Throws `ReloadArgumentSizeUnmatchedError` and `ReloadModelIdNotUniqueError`. */
export function pairsOf(
  modelId: string | string[],
  chatOpts: ChatOptions | ChatOptions[] | undefined,
): [modelId: string, options: ChatOptions | undefined][] {
  const ids = [modelId].flat();
  const options = chatOpts === undefined ? [] : [chatOpts].flat();
  if (options.length > 0 && options.length !== ids.length) {
    throw new WebLLMError(
      'ReloadArgumentSizeUnmatchedError',
      'request-invalid',
      `chatOpts: expected one for each of ${ids.length} models, got ${options.length}`,
    );
  }
  if (new Set(ids).size < ids.length) {
    throw new WebLLMError(
      'ReloadModelIdNotUniqueError',
      'request-invalid',
      `modelId: expected each model once, got ${ids.join(', ')}`,
    );
  }
  return ids.map((id, index) => [id, options[index]]);
}
