import { toErrorData } from '../protocol/errors';
import type { ChatEngine } from './chat-engine';

/**
 * OpenAI's HTTP API, answered by an engine: https://platform.openai.com/docs/api-reference. The host of a URL does not matter, its path
 * does. Failures are answers with OpenAI's error bodies; only an aborted request rejects, as `fetch` does.
 */
export function openAiFetch(engine: ChatEngine): typeof globalThis.fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    const { pathname } = new URL(request.url);
    if (pathname.endsWith('/models')) return json({ object: 'list', data: [modelOf(engine)] });
    if (pathname.endsWith('/chat/completions')) return complete(engine.chat.completions, request);
    return complete(engine.completions, request);
  };
}

// biome-ignore lint/suspicious/noExplicitAny: the body is checked by `create`
async function complete(api: { create(body: any, options: object): Promise<unknown> }, request: Request) {
  try {
    return json(await api.create({ ...(await request.json()), stream: false }, { signal: request.signal }));
  } catch (error) {
    const { code, message } = toErrorData(error);
    return json({ error: { message, type: 'invalid_request_error', param: null, code } }, 400);
  }
}

function modelOf({ model }: ChatEngine): object {
  return { id: model, object: 'model', created: 0, owned_by: 'mixtab' };
}

function json(body: unknown, status = 200): Response {
  return Response.json(body, { status });
}
