import { type TransferHandler, transferHandlers } from 'comlink';
import { ERROR_CODES, type ErrorData, MixtabError, toErrorData } from '../protocol/errors';

/**
 * Makes errors cross Comlink as {@link ErrorData} and arrive as {@link MixtabError}. Call it on both sides before the first call;
 * Comlink's own handler would strip code, hint and data.
 */
export function installErrorTransfer(): void {
  const original = transferHandlers.get('throw');
  if (original === undefined)
    throw new MixtabError('internal', 'comlink: expected a "throw" transfer handler, got none');
  const handler: TransferHandler<{ value: unknown }, ErrorData> = {
    // Comlink does not export the marker by which its own handler knows a thrown value.
    canHandle: (value): value is { value: unknown } => original.canHandle(value),
    serialize: ({ value }) => [cloneable(toErrorData(value)), []],
    deserialize: (data) => {
      throw MixtabError.from(readErrorData(data));
    },
  };
  transferHandlers.set('throw', handler);
}

/** An error must arrive even where its data cannot. */
function cloneable(error: ErrorData): ErrorData {
  try {
    return structuredClone(error);
  } catch {
    return { ...error, data: {} };
  }
}

/** An error as another side of a border sent it; whatever else came becomes `internal`. */
export function readErrorData(value: unknown): ErrorData {
  const error = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  const code = ERROR_CODES.find((known) => known === error.code);
  if (code === undefined || typeof error.message !== 'string') return toErrorData(value);
  const data = typeof error.data === 'object' && error.data !== null ? { ...error.data } : {};
  return { code, message: error.message, hint: typeof error.hint === 'string' ? error.hint : '', data };
}
