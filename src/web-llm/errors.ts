import { type ErrorCode, MixtabError, toErrorData } from '../protocol/errors';

/**
 * What everything here rejects with: Mixtab's error, with its code, hint and data, under the name that WebLLM gives such a failure. What has
 * no name there is called `MixtabError`, an abort `AbortError`.
 */
export class WebLLMError extends MixtabError {
  override readonly name: string;

  constructor(
    name: string,
    code: ErrorCode,
    message: string,
    hint = '',
    data: Record<string, unknown> = {},
    cause?: unknown,
  ) {
    super(code, message, hint, data, cause);
    this.name = name;
  }
}

/** WebLLM's name of a failure. */
const NAMES: Partial<Record<ErrorCode, string>> = {
  'webgpu-unavailable': 'WebGPUNotAvailableError',
  'adapter-unsupported': 'FeatureSupportError',
  'device-lost': 'DeviceLostError',
  // A device out of memory is a lost one there.
  'gpu-out-of-memory': 'DeviceLostError',
  'model-not-found': 'ModelNotFoundError',
  'model-not-loaded': 'ModelNotLoadedError',
  'record-broken': 'IntegrityError',
  'context-overflow': 'ContextWindowSizeExceededError',
  // What chat templates refuse is the order of roles.
  'template-failed': 'MessageOrderError',
  'worker-died': 'WorkerEngineModelNotLoadedError',
  'request-invalid': 'UnsupportedFieldsError',
};

/** Of a request that is refused: by the field that is wrong, the first that fits. */
const FIELDS: [field: RegExp, name: string][] = [
  [/^messages.*\.role$/, 'UnsupportedRoleError'],
  [/^messages.*\.content$/, 'ContentTypeError'],
  [/^messages/, 'MessageOrderError'],
  [/^stream_options/, 'InvalidStreamOptionsError'],
  [/^response_format\.grammar/, 'InvalidResponseFormatGrammarError'],
  [/^response_format/, 'InvalidResponseFormatError'],
  [/^seed$/, 'SeedTypeError'],
  [/^(logprobs|top_logprobs)$/, 'DependencyError'],
  [/^(max_tokens|max_completion_tokens|n|repetition_penalty)$/, 'MinValueError'],
  [/^temperature$/, 'NonNegativeError'],
  [/^(top_p|frequency_penalty|presence_penalty|logit_bias.*)$/, 'RangeError'],
];

/** Any failure under WebLLM's name. */
export function toWebLLMError(error: unknown): MixtabError {
  if (error instanceof WebLLMError) return error;
  const { code, message, hint, data } = toErrorData(error);
  if (code === 'aborted') return MixtabError.from({ code, message, hint, data });
  const { field } = data;
  const byField =
    code === 'request-invalid' && typeof field === 'string'
      ? FIELDS.find(([pattern]) => pattern.test(field))?.[1]
      : undefined;
  return new WebLLMError(byField ?? NAMES[code] ?? 'MixtabError', code, message, hint, data, error);
}

/** What `work` gives; it fails under WebLLM's names. */
export async function named<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toWebLLMError(error);
  }
}
