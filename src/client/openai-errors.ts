import { type ErrorCode, type ErrorData, toErrorData } from '../protocol/errors';

/** The body of a failed answer, as OpenAI's clients read it. */
export interface OpenAiErrorBody {
  error: { message: string; type: string; param: string | null; code: string };
}

interface Answer {
  status: number;
  type: 'invalid_request_error' | 'server_error';
  /** OpenAI's code where it has one for this; else the engine's own, with underscores. */
  code?: string;
}

/** The request is at fault. */
const refused = { status: 400, type: 'invalid_request_error' } as const;
/** The engine is gone, or this device cannot run it: nothing that the request could do about. */
const gone = { status: 503, type: 'server_error' } as const;
const failed = { status: 500, type: 'server_error' } as const;

/** How every code is told over HTTP. An `aborted` that comes here was not the caller's: the engine was unloaded in mid-answer. */
const ANSWERS: Record<ErrorCode, Answer> = {
  'request-invalid': { ...refused, code: 'invalid_value' },
  'context-overflow': { ...refused, code: 'context_length_exceeded' },
  'template-failed': refused,
  'tokenizer-failed': failed,
  'budget-too-small': refused,
  'model-not-found': { ...refused, status: 404, code: 'model_not_found' },
  'model-not-loaded': gone,
  'worker-died': gone,
  aborted: gone,
  'device-lost': gone,
  'gpu-out-of-memory': gone,
  'webgpu-unavailable': gone,
  'adapter-unsupported': gone,
  'import-incomplete': gone,
  'import-busy': gone,
  'server-refused': { ...failed, status: 502 },
  'server-answer-invalid': { ...failed, status: 502 },
  'network-failed': { ...failed, status: 502 },
  'shader-failed': failed,
  'manifest-invalid': failed,
  'config-unsupported': failed,
  'checkpoint-invalid': failed,
  'record-broken': failed,
  'storage-full': failed,
  'storage-failed': failed,
  'source-denied': failed,
  'source-changed': failed,
  'trace-invalid': failed,
  internal: failed,
};

/** Any failure of the engine as a status and OpenAI's error body. */
export function toOpenAiError(error: unknown): { status: number; body: OpenAiErrorBody } {
  const data = toErrorData(error);
  const { status, type, code = data.code.replaceAll('-', '_') } = ANSWERS[data.code];
  const { field } = data.data;
  return {
    status,
    body: errorBody(messageOf(data), type, code, typeof field === 'string' ? field : null),
  };
}

export function errorBody(
  message: string,
  type: Answer['type'],
  code: string,
  param: string | null = null,
): OpenAiErrorBody {
  return { error: { message, type, param, code } };
}

/** Clients show the message alone, so the hint is part of it. */
function messageOf({ message, hint }: ErrorData): string {
  return hint === '' ? message : `${message}. ${hint}`;
}
