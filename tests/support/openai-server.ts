import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Asked {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  /** Parsed JSON; null where there was none. */
  body: Record<string, unknown> | null;
  /** Resolves when the other side has gone before the answer was whole. */
  left: Promise<void>;
}

/** Answers one request, bytes and all. */
export type Answer = (response: ServerResponse, asked: Asked) => unknown;

/** A server that speaks OpenAI's protocol over HTTP on a free port, as a test tells it to. */
export class OpenAiServer {
  readonly baseUrl: string;
  readonly asked: Asked[] = [];
  /** Of `/models`, unless another answer is set. */
  models = ['mixtral', 'other'];
  /** Whether pages of other origins may read. */
  cors = true;
  /** To everything else, by the path below `/v1`. */
  readonly answers = new Map<string, Answer>();

  private constructor(private readonly server: Server) {
    this.baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  }

  static async start(): Promise<OpenAiServer> {
    const server = createServer((request, response) => void openAi.#take(request, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const openAi = new OpenAiServer(server);
    return openAi;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.cors) {
      response.setHeader('Access-Control-Allow-Origin', '*');
      response.setHeader('Access-Control-Allow-Headers', 'authorization, content-type');
    }
    if (request.method === 'OPTIONS') {
      response.end();
      return;
    }
    const text = Buffer.concat(await request.toArray()).toString();
    const path = (request.url ?? '').replace(/^\/v1/, '');
    const left = new Promise<void>((resolve) => {
      response.once('close', () => {
        if (!response.writableFinished) resolve();
      });
    });
    const asked = {
      method: request.method ?? '',
      path,
      headers: request.headers,
      body: text === '' ? null : JSON.parse(text),
      left,
    };
    this.asked.push(asked);
    const answer = this.answers.get(path) ?? (path === '/models' ? sendModels(this.models) : sendJson({}, 404));
    await answer(response, asked);
  }
}

function sendModels(models: string[]): Answer {
  return sendJson({ object: 'list', data: models.map((id) => ({ id, object: 'model' })) });
}

export function sendJson(body: unknown, status = 200): Answer {
  return (response) => {
    response.writeHead(status, { 'Content-Type': 'application/json' });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
}

/** Events as they are given, each a write of its own; then the end, unless `end` does something else. */
export function sendEvents(data: string[], end: Answer = (response) => response.end()): Answer {
  return async (response, asked) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    for (const one of data) {
      await new Promise((resolve) => response.write(`data: ${one}\n\n`, resolve));
    }
    await end(response, asked);
  };
}
