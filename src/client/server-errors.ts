import { isObject, show } from '../lib/json';
import { type ErrorCode, MixtabError } from '../protocol/errors';

/** What stands in an error of OpenAI's API, or in those of servers that are nearly alike. */
interface Told {
  message: string;
  type: unknown;
  code: unknown;
  param: unknown;
}

/** A status that is no success as an error that keeps the server's own words. */
export async function serverError(
  response: Response,
  server: { baseUrl: string; model: string },
): Promise<MixtabError> {
  const { status } = response;
  const told = toldBy(await response.text().catch(() => ''));
  const code = codeOf(status, told, server.model);
  const field = typeof told.param === 'string' ? { field: told.param } : {};
  const data = { ...field, status, type: told.type, serverCode: told.code };
  return new MixtabError(
    code,
    `${server.baseUrl}: expected an answer, got ${status}${told.message}`,
    hintOf(status, code),
    data,
  );
}

/** An error that a server tells in the middle of a stream. */
export function streamError(error: unknown, baseUrl: string): MixtabError {
  const told = tellError(error);
  const data = { status: null, type: told.type, serverCode: told.code };
  return new MixtabError(
    'server-refused',
    `${baseUrl}: expected more of the answer, got an error${told.message}`,
    hintOf(500, 'server-refused'),
    data,
  );
}

/** Nothing came, or what came broke off. A browser does not say why. */
export function unreachable(baseUrl: string, cause: unknown): MixtabError {
  const got = cause instanceof Error ? cause.message : show(cause);
  return new MixtabError(
    'network-failed',
    `${baseUrl}: expected an answer, got none (${got})`,
    'Check the address and that the server runs. One on another origin must allow this page by CORS: docs/guides/server.md says how.',
    { baseUrl },
    cause,
  );
}

/** What a server sent is no answer of OpenAI's API. */
export function notAnAnswer(baseUrl: string, expected: string, got: unknown): MixtabError {
  return new MixtabError(
    'server-answer-invalid',
    `${baseUrl}: expected ${expected}, got ${show(got)}`,
    "Check that the address is that of OpenAI's API, which mostly ends in /v1.",
    { baseUrl },
  );
}

function toldBy(text: string): Told {
  try {
    const body: unknown = JSON.parse(text);
    return tellError(isObject(body) ? (body.error ?? body.detail ?? body) : body);
  } catch {
    return tellError(text);
  }
}

function tellError(error: unknown): Told {
  const { message = error, type, code, param } = isObject(error) ? error : { message: error };
  const words = typeof message === 'string' ? message.replace(/\s+/g, ' ').trim().slice(0, 500) : show(message);
  return { message: words === '' ? '' : ` (${words})`, type, code, param };
}

/** By OpenAI's codes, and by what vLLM and llama.cpp's server say in their place. */
function codeOf(status: number, { message, type, code }: Told, model: string): ErrorCode {
  const tooLong = [code, type].some(
    (said) => said === 'context_length_exceeded' || said === 'exceed_context_size_error',
  );
  if (tooLong || (status === 400 && /maximum context length/i.test(message))) return 'context-overflow';
  if (status === 404 && (code === 'model_not_found' || message.includes(model))) return 'model-not-found';
  return status === 400 || status === 422 ? 'request-invalid' : 'server-refused';
}

function hintOf(status: number, code: ErrorCode): string {
  if (code === 'context-overflow') return 'Shorten the conversation.';
  if (code === 'request-invalid') return 'Leave out what the server does not know.';
  if (status === 401 || status === 403) return 'Check the API key.';
  if (status === 404)
    return "Check that the address is that of OpenAI's API, which mostly ends in /v1, and the model's name.";
  if (status === 429) return 'Ask again later.';
  return "The server's own log says more.";
}
