/**
 * Every way Mixtab can fail, as a closed list. A code is stable: programs branch on it, people read the message.
 * Errors cross worker borders as {@link ErrorData}, never by `instanceof`.
 */
export const ERROR_CODES = [
  'webgpu-unavailable',
  'adapter-unsupported',
  'device-lost',
  'gpu-out-of-memory',
  'shader-failed',
  'budget-too-small',
  'model-not-found',
  'model-not-loaded',
  'manifest-invalid',
  'config-unsupported',
  'checkpoint-invalid',
  'record-broken',
  'storage-full',
  'storage-failed',
  'network-failed',
  'source-denied',
  'source-changed',
  'import-busy',
  'import-incomplete',
  'context-overflow',
  'request-invalid',
  'trace-invalid',
  'template-failed',
  'tokenizer-failed',
  'server-refused',
  'server-answer-invalid',
  'aborted',
  'worker-died',
  'internal',
] as const;

/** One of {@link ERROR_CODES}. */
export type ErrorCode = (typeof ERROR_CODES)[number];

/** The form in which an error crosses a worker border or reaches the page. */
export interface ErrorData {
  code: ErrorCode;
  /** One line: what failed, what was expected, what was got. */
  message: string;
  /** One line: what the reader can do about it. */
  hint: string;
  /** Figures and names for programs, e.g. `{leastBytes}` of `budget-too-small`, `{record}` of `record-broken`. */
  data: Record<string, unknown>;
}

/** What everything of Mixtab throws: a code to branch on, a message and a hint for people. */
export class MixtabError extends Error {
  /** `AbortError` for `aborted`, as the platform's own aborts are named. */
  override readonly name: string;
  readonly code: ErrorCode;
  readonly hint: string;
  readonly data: Record<string, unknown>;

  constructor(code: ErrorCode, message: string, hint = '', data: Record<string, unknown> = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = code === 'aborted' ? 'AbortError' : 'MixtabError';
    this.code = code;
    this.hint = hint;
    this.data = data;
  }

  /** The error that crossed a border as data. */
  static from(data: ErrorData): MixtabError {
    return new MixtabError(data.code, data.message, data.hint, data.data);
  }
}

/** Any thrown value as error data; what nobody foresaw becomes `internal`, with its message kept. */
export function toErrorData(error: unknown): ErrorData {
  if (error instanceof MixtabError) {
    return { code: error.code, message: error.message, hint: error.hint, data: error.data };
  }
  if (error instanceof Error && error.name === 'AbortError') {
    return { code: 'aborted', message: error.message || 'aborted', hint: '', data: {} };
  }
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return {
    code: 'internal',
    message,
    hint: 'This is a fault in Mixtab: please report it with this message.',
    data: {},
  };
}
