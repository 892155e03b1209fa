import { isObject, show } from '../lib/json';
import { apiPath } from './api-path';
import type { ChatEngine } from './chat-engine';
import { type Chunk, onTheWire, toEventStream } from './event-stream';
import type { ChatBody, ChatCompletion, CompletionBody, CompletionStream, TextCompletion } from './openai';
import { errorBody, toOpenAiError } from './openai-errors';

interface Call {
  engine: ChatEngine;
  /** When the model was ready, seconds since 1970. */
  since: number;
  request: Request;
  /** What the path names. */
  id: string;
}

const ROUTES: { method: string; path: RegExp; answer: (call: Call) => Promise<Response> }[] = [
  {
    method: 'GET',
    path: /^\/models$/,
    answer: async (call) => Response.json({ object: 'list', data: [modelOf(call)] }),
  },
  {
    method: 'GET',
    path: /^\/models\/(.+)$/,
    answer: async (call) => notThisModel(call.id, call.engine) ?? Response.json(modelOf(call)),
  },
  {
    method: 'POST',
    path: /^\/chat\/completions$/,
    answer: ({ engine, request }) =>
      complete(engine, request, (body, options) =>
        engine.chat.completions.create(body as unknown as ChatBody, options),
      ),
  },
  {
    method: 'POST',
    path: /^\/completions$/,
    answer: ({ engine, request }) =>
      complete(engine, request, (body, options) =>
        engine.completions.create(body as unknown as CompletionBody, options),
      ),
  },
];

/**
 * OpenAI's HTTP API, answered by an engine: https://platform.openai.com/docs/api-reference. The host of a URL does not matter, nor what
 * of its path is before and with `/v1`. Failures are answers with OpenAI's error bodies; only an aborted request rejects, as `fetch` does.
 */
export function openAiFetch(engine: ChatEngine): typeof globalThis.fetch {
  const since = Math.floor(Date.now() / 1000);
  return async (input, init) => {
    const request = new Request(input, init);
    request.signal.throwIfAborted();
    const path = decoded(apiPath(request.url));
    const routes = ROUTES.filter((route) => route.path.test(path));
    const route = routes.find(({ method }) => method === request.method);
    if (!route) return routes.length > 0 ? notAllowed(request, routes) : unknownUrl(request);
    try {
      return await route.answer({ engine, since, request, id: route.path.exec(path)?.[1] ?? '' });
    } catch (error) {
      request.signal.throwIfAborted();
      const { status, body } = toOpenAiError(error);
      return refuse(status, body);
    }
  };
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

type Whole = ChatCompletion | TextCompletion;

async function complete(
  engine: ChatEngine,
  request: Request,
  create: (body: Record<string, unknown>, options: { signal: AbortSignal }) => Promise<CompletionStream<Chunk> | Whole>,
): Promise<Response> {
  const { signal } = request;
  if (!/^application\/json\b/i.test(request.headers.get('content-type') ?? '')) {
    return refused(415, 'Content-Type: expected application/json', 'unsupported_media_type');
  }
  const body: unknown = await request.json().catch(() => undefined);
  if (!isObject(body)) return refused(400, 'body: expected a JSON object', 'invalid_json');
  const wrongModel = notThisModel(body.model, engine);
  if (wrongModel) return wrongModel;
  const answer = await create(body, { signal });
  if ('choices' in answer) return Response.json({ ...answer, choices: answer.choices.map(onTheWire) });
  return new Response(await toEventStream(answer, signal), {
    headers: { 'Content-Type': 'text/event-stream; charset=utf-8', 'Cache-Control': 'no-cache' },
  });
}

/** Who asks for another model is told so rather than answered by this one; who names none gets the one there is. */
function notThisModel(id: unknown, { model }: ChatEngine): Response | null {
  if (id === undefined || id === null || id === model) return null;
  return refused(404, `model: expected ${model}, got ${show(id)}`, 'model_not_found', 'model');
}

function modelOf({ engine, since }: Call): object {
  return { id: engine.model, object: 'model', created: since, owned_by: 'mixtab' };
}

function unknownUrl({ method, url }: Request): Response {
  return refused(404, `Unknown request URL: ${method} ${new URL(url).pathname}`, 'unknown_url');
}

function notAllowed({ method, url }: Request, routes: typeof ROUTES): Response {
  const allow = routes.map((route) => route.method).join(', ');
  const message = `${new URL(url).pathname}: expected ${allow}, got ${method}`;
  return refused(405, message, 'method_not_allowed', null, { Allow: allow });
}

function refused(
  status: number,
  message: string,
  code: string,
  param: string | null = null,
  headers: Record<string, string> = {},
): Response {
  return refuse(status, errorBody(message, 'invalid_request_error', code, param), headers);
}

/** OpenAI's client would ask again after most failures; a second time this engine would say the same. */
function refuse(status: number, body: object, headers: Record<string, string> = {}): Response {
  return Response.json(body, { status, headers: { 'x-should-retry': 'false', ...headers } });
}
